package io.mpstream.journal.chronicle;

import io.mpstream.agent.Rest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Wakes the agents that read a journal, across processes: for each a FIFO that it sleeps on, and a flag in a mapped file that
 * says that it sleeps, so that an appender pays for a system call only when there is somebody to wake. All processes
 * hold the FIFOs open for reading and writing: they never meet their end and outlive the death of anybody.
 *
 * <p>An agent that sleeps has a place of its own, which the kernel takes back with its process.
 */
final class Doorbell implements Rest, AutoCloseable {
    /** Agents that may sleep on one journal. */
    static final int SLEEPERS_MAX = 4;

    private static final String FIFO = "bell";
    private static final String FLAGS = "bell.flag";
    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int NOBODY = -1;
    private static final long MKFIFO_TIMEOUT_S = 5;
    /** Its owner may read and write. */
    private static final String FIFO_MODE = "600";
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final RandomAccessFile[] fifos;
    /** Open as long as this is: it holds the lock on the place. */
    private final FileChannel channel;
    private final MappedByteBuffer flags;
    private final byte[] rings = new byte[64];
    private int place = NOBODY;

    private Doorbell(RandomAccessFile[] fifos, FileChannel channel) throws IOException {
        this.fifos = fifos;
        this.channel = channel;
        this.flags = channel.map(FileChannel.MapMode.READ_WRITE, 0, SLEEPERS_MAX * Integer.BYTES);
    }

    /**
     * Opens the bell of a journal, which is made when it is not there.
     *
     * @throws IOException if this system has no FIFOs
     */
    static Doorbell open(Path folder) throws IOException {
        List<Path> paths = IntStream.range(0, SLEEPERS_MAX).mapToObj(i -> folder.resolve(i == 0 ? FIFO : FIFO + "." + (i + 1))).toList();
        List<Path> missing = paths.stream().filter(path -> !Files.exists(path)).toList();
        if (!missing.isEmpty()) {
            makeFifos(missing);
        }
        RandomAccessFile[] fifos = new RandomAccessFile[SLEEPERS_MAX];
        for (int i = 0; i < SLEEPERS_MAX; i++) {
            fifos[i] = new RandomAccessFile(paths.get(i).toFile(), "rw");
        }
        Doorbell bell = new Doorbell(fifos, FileChannel.open(folder.resolve(FLAGS),
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        for (int i = 0; i < SLEEPERS_MAX; i++) {
            // An appender that was killed after it cleared the flag and before it rang has left the reader asleep for good.
            bell.ring(i);
        }
        return bell;
    }

    /**
     * Takes a place to sleep, once.
     *
     * @throws IllegalStateException if all are taken
     */
    synchronized Doorbell sleeper() {
        for (int i = 0; i < SLEEPERS_MAX && place == NOBODY; i++) {
            if (isTaken(i)) {
                place = i;
            }
        }
        if (place == NOBODY) {
            throw new IllegalStateException(SLEEPERS_MAX + " processes read this journal already, and more cannot be woken");
        }
        return this;
    }

    private boolean isTaken(int place) {
        try {
            return channel.tryLock(place, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            // Somebody in this process.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void makeFifos(List<Path> fifos) throws IOException {
        List<String> command = new ArrayList<>(List.of("mkfifo", "-m", FIFO_MODE));
        fifos.forEach(fifo -> command.add(fifo.toString()));
        Process mkfifo = new ProcessBuilder(command).start();
        try {
            boolean isDone = mkfifo.waitFor(MKFIFO_TIMEOUT_S, TimeUnit.SECONDS);
            // The other process may have been faster.
            if (!isDone || mkfifo.exitValue() != 0 && !fifos.stream().allMatch(Files::exists)) {
                throw new IOException("mkfifo " + fifos.getFirst() + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void prepare() {
        INT.setVolatile(flags, place * Integer.BYTES, ASLEEP);
        // Before the agent looks at the journal again.
        VarHandle.fullFence();
    }

    @Override
    public void cancel() {
        // If a ring was faster its byte stays in the FIFO, and the next rest is a short one.
        INT.setVolatile(flags, place * Integer.BYTES, AWAKE);
    }

    @Override
    public void await() {
        try {
            fifos[place].read(rings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void wake() {
        // After what was appended, before the flags are looked at.
        VarHandle.fullFence();
        for (int i = 0; i < SLEEPERS_MAX; i++) {
            int at = i * Integer.BYTES;
            if ((int) INT.getVolatile(flags, at) == ASLEEP && INT.compareAndSet(flags, at, ASLEEP, AWAKE)) {
                try {
                    ring(i);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void ring(int place) throws IOException {
        fifos[place].write(1);
    }

    @Override
    public void close() {
        try {
            for (RandomAccessFile fifo : fifos) {
                fifo.close();
            }
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
