package io.mpstream.journal.chronicle;

import io.mpstream.agent.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Wakes the agents that read a journal, across processes. Each has a word in a mapped file that says whether it sleeps, and sleeps on that
 * word ({@link Futex}): an appender pays for a system call only when there is somebody to wake, nothing can be lost between the word and
 * the sleep, and whoever reads the file takes nothing from anybody. Where words cannot be slept on, or not yet, the agent looks at its word
 * every now and then.
 *
 * <p>An agent that sleeps has a place of its own, which the kernel takes back with its process. It wakes by itself after a few seconds, so
 * that whatever may happen to its word costs no more than that.
 */
final class Doorbell implements Rest, AutoCloseable {
    /** Agents that may sleep on one journal. */
    static final int SLEEPERS_MAX = 4;
    /** The file that they sleep on. */
    static final String FILE = "doorbell";

    /** What an earlier version slept on: pipes, on which whoever reads all files would wait for ever. */
    private static final Pattern FORMER = Pattern.compile("bell(\\.\\d|\\.flag)?");
    private static final int AWAKE = 0;
    /** In the kernel. */
    private static final int ASLEEP = 1;
    /** And looks at its word by itself. */
    private static final int LOOKING = 2;
    private static final int NOBODY = -1;
    /** Each word in a line of the processors' caches of its own. */
    private static final int PLACE_BYTES = 64;
    private static final Duration SLEEP_MAX = Duration.ofSeconds(5);
    private static final long LOOK_NS_MIN = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LOOK_NS_MAX = TimeUnit.MILLISECONDS.toNanos(4);
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Open as long as this is: it holds the lock on the place. */
    private final FileChannel channel;
    private final MappedByteBuffer words;
    private final ByteBuffer sleepMax = Futex.time(SLEEP_MAX);
    private int place = NOBODY;

    private Doorbell(FileChannel channel) throws IOException {
        this.channel = channel;
        this.words = channel.map(FileChannel.MapMode.READ_WRITE, 0, SLEEPERS_MAX * PLACE_BYTES);
    }

    /**
     * Opens the bell of a journal, which is made when it is not there.
     *
     * @throws IOException if its file cannot be made or mapped
     */
    static Doorbell open(Path folder) throws IOException {
        removeFormer(folder);
        Doorbell bell = new Doorbell(FileChannel.open(folder.resolve(FILE),
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        if (bell.isAnybodyAsleep()) {
            // Somebody will have to be woken at once.
            Futex.isAvailable();
        } else {
            Futex.makeReadyLater();
        }
        return bell;
    }

    private static void removeFormer(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> FORMER.matcher(file.getFileName().toString()).matches()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Whether a living process sleeps in the kernel; the words of others are of no more use. */
    private boolean isAnybodyAsleep() {
        boolean isAny = false;
        for (int i = 0; i < SLEEPERS_MAX; i++) {
            FileLock lock = word(i) == AWAKE ? null : lock(i);
            if (lock != null) {
                set(i, AWAKE);
                release(lock);
            }
            isAny |= word(i) == ASLEEP;
        }
        return isAny;
    }

    /**
     * Takes a place to sleep, once.
     *
     * @throws IllegalStateException if all are taken
     */
    synchronized Doorbell sleeper() {
        for (int i = 0; i < SLEEPERS_MAX && place == NOBODY; i++) {
            if (lock(i) != null) {
                place = i;
            }
        }
        if (place == NOBODY) {
            throw new IllegalStateException(SLEEPERS_MAX + " processes read this journal already, and more cannot be woken");
        }
        return this;
    }

    /** The lock on a place, or null if somebody has it. */
    private FileLock lock(int place) {
        try {
            return channel.tryLock((long) place * PLACE_BYTES, 1, false);
        } catch (OverlappingFileLockException e) {
            // Somebody in this process.
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int word(int place) {
        return (int) INT.getVolatile(words, place * PLACE_BYTES);
    }

    private void set(int place, int state) {
        INT.setVolatile(words, place * PLACE_BYTES, state);
    }

    @Override
    public void prepare() {
        set(place, Futex.isReady() ? ASLEEP : LOOKING);
        // Before the agent looks at the journal again.
        VarHandle.fullFence();
    }

    @Override
    public void cancel() {
        set(place, AWAKE);
    }

    @Override
    public void await() {
        if (word(place) == ASLEEP) {
            Futex.await(Futex.address(words, place * PLACE_BYTES), ASLEEP, sleepMax);
        } else {
            look();
        }
        set(place, AWAKE);
    }

    /** Looks until words can be slept on, at most: the next sleep is in the kernel. */
    private void look() {
        long startNs = System.nanoTime();
        long pauseNs = LOOK_NS_MIN;
        while (word(place) == LOOKING && !Futex.isReady() && System.nanoTime() - startNs < SLEEP_MAX.toNanos()) {
            LockSupport.parkNanos(this, pauseNs);
            pauseNs = Math.min(pauseNs + LOOK_NS_MIN / 4, LOOK_NS_MAX);
        }
    }

    @Override
    public void wake() {
        // After what was appended, before the words are looked at.
        VarHandle.fullFence();
        for (int i = 0; i < SLEEPERS_MAX; i++) {
            int state = word(i);
            if (state == ASLEEP && (Futex.isReady() || Futex.isAvailable())) {
                Futex.set(Futex.address(words, i * PLACE_BYTES), AWAKE);
            } else if (state == LOOKING) {
                // Not if it has gone to sleep in the kernel since: that it has woken there must not be said without waking it.
                INT.compareAndSet(words, i * PLACE_BYTES, LOOKING, AWAKE);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
