package io.mpstream.journal.chronicle;

import io.mpstream.agent.Rest;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Codec;
import io.mpstream.journal.EntryBuffer;
import io.mpstream.journal.EntryReader;
import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal in memory-mapped files of one folder, shared by processes of one machine. Entries survive the death of any
 * process; what the kernel has not yet written is lost when the machine loses power. Only the owner of the files may read
 * them. The unit that {@link #trim} drops is the file of one cycle, five minutes.
 *
 * @param <T> the records
 */
public final class ChronicleJournal<T> implements Journal<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleJournal.class);

    /** How long an appender waits for another process that holds the journal's write lock. */
    private static final long LOCK_TIMEOUT_MS = 3_000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** System property, for tests only: a name of {@link RollCycles} or {@link TestRollCycles} instead of five minutes. */
    private static final String ROLL_CYCLE = "mpstream.roll-cycle";
    /** An entry may be a quarter of a block at most, and one has {@link EntryBuffer#BYTES_MAX} and the library's head; in whole pages. */
    private static final int BLOCK_BYTES_MIN = 4 * Appender.RECORD_BYTES_MAX + (64 << 10);

    /** Where the library keeps which files there are, and its locks. */
    private static final String METADATA = "metadata.cq4t";

    private final Path folder;
    private final RollCycle rollCycle;
    private final Duration patience;
    private final Supplier<? extends Codec<T>> codecs;
    private final SingleChronicleQueue queue;
    private final Doorbell bell;
    /** Of files that are not written any more; confined to whoever trims. */
    private final Map<Path, Long> usedBytes = new HashMap<>();

    private ChronicleJournal(Path folder, RollCycle rollCycle, Duration patience, Supplier<? extends Codec<T>> codecs, SingleChronicleQueue queue,
            Doorbell bell) {
        this.folder = folder;
        this.rollCycle = rollCycle;
        this.patience = patience;
        this.codecs = codecs;
        this.queue = queue;
        this.bell = bell;
    }

    /**
     * Opens the journal in a folder, which is made when it is not there. The system property {@code mpstream.roll-cycle},
     * which is there for tests, names another cycle than five minutes, such as {@code TEST_SECONDLY}: all processes that
     * use a folder must have the same, and a folder keeps the one that it was made with.
     *
     * @param folder     holds this journal and nothing else
     * @param blockBytes how much of a file is mapped at a time, at least 6,208 KiB; larger suits more text
     * @param patience   how long an appender tries again while this process has no descriptor, or no memory, for a new file
     * @param codecs     makes a codec for each appender and tailer
     * @throws IllegalStateException if this JVM lacks the flags without which the journal could only be read
     * @throws UncheckedIOException  if the folder cannot be made or written
     */
    public static <T> ChronicleJournal<T> open(Path folder, int blockBytes, Duration patience, Supplier<? extends Codec<T>> codecs) {
        return open(folder, blockBytes, rollCycle(), patience, codecs);
    }

    /** The same, with a second's patience: somebody waits for a word whether it was taken. */
    public static <T> ChronicleJournal<T> open(Path folder, int blockBytes, Supplier<? extends Codec<T>> codecs) {
        return open(folder, blockBytes, PATIENCE, codecs);
    }

    private static RollCycle rollCycle() {
        String name = System.getProperty(ROLL_CYCLE);
        return name == null ? RollCycles.FIVE_MINUTELY : Stream.concat(Stream.<RollCycle>of(RollCycles.values()), Stream.of(TestRollCycles.values()))
                .filter(cycle -> ((Enum<?>) cycle).name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(ROLL_CYCLE + " names no cycle: " + name));
    }

    static <T> ChronicleJournal<T> open(Path folder, int blockBytes, RollCycle rollCycle, Supplier<? extends Codec<T>> codecs) {
        return open(folder, blockBytes, rollCycle, PATIENCE, codecs);
    }

    private static <T> ChronicleJournal<T> open(Path folder, int blockBytes, RollCycle rollCycle, Duration patience, Supplier<? extends Codec<T>> codecs) {
        requireWritable(folder);
        Inspection.setAsideHeadless(folder, rollCycle);
        List<CycleFile> files = CycleFile.list(folder, rollCycle);
        MonotonicTime time = new MonotonicTime(files.isEmpty() ? 0 : files.getLast().startMs());
        SingleChronicleQueue queue = queue(folder, Math.max(blockBytes, BLOCK_BYTES_MIN), rollCycle, time);
        try {
            Inspection.requireReadable(queue, files);
            if (!files.isEmpty() && !Inspection.isSound(queue, rollCycle, files.getLast())) {
                LOG.error("journal file {} is damaged: what is appended goes to another one", files.getLast().path());
                time.notBefore(files.getLast().endMs());
            }
        } catch (UncheckedIOException e) {
            queue.close();
            throw e;
        }
        Doorbell bell = bell(folder);
        JournalFiles.restrictAll(folder);
        return new ChronicleJournal<>(folder, rollCycle, patience, codecs, queue, bell);
    }

    private static SingleChronicleQueue queue(Path folder, int blockBytes, RollCycle rollCycle, MonotonicTime time) {
        Exception reason = null;
        try {
            SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                    .rollCycle(rollCycle)
                    .blockSize(blockBytes)
                    .timeoutMS(LOCK_TIMEOUT_MS)
                    // Whoever makes or deletes a file says so in the list that all share; a process that cannot list the folder would empty it.
                    .forceDirectoryListingRefreshIntervalMs(Long.MAX_VALUE)
                    .timeProvider(time)
                    .storeFileListener(new JournalFiles())
                    .build();
            // It falls back to reading when it does not understand what it finds.
            if (!queue.metaStore().readOnly()) {
                return queue;
            }
            queue.close();
        } catch (Exception e) {
            // The library throws what it likes, declared or not.
            reason = e;
        }
        throw new UncheckedIOException("the journal file " + folder.resolve(METADATA)
                + " is damaged; delete it while nothing runs: it is made again from the others", new IOException(reason));
    }

    /** Without this flag the library opens every queue read-only, and tells it only to the log. */
    private static void requireWritable(Path folder) {
        if (!Object.class.getModule().isExported("sun.nio.ch", ChronicleJournal.class.getModule())) {
            throw new IllegalStateException("the journal would be read-only: start java with @jvm.options");
        }
        try {
            Files.createDirectories(folder);
            // Before anything comes into it.
            JournalFiles.restrictAll(folder);
            Files.delete(Files.createTempFile(folder, "writable", ".tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
    }

    private static Doorbell bell(Path folder) {
        try {
            return Doorbell.open(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder.resolve(Doorbell.FILE), e);
        }
    }

    /**
     * Frees the lock that appenders take, if its owner was killed. All that is known of an owner is its process id, and another process may
     * have that by now. To be called before this process appends.
     *
     * @param isWriter whether the process with this id may append now; asked only if the lock is held
     */
    public void freeLock(LongPredicate isWriter) {
        try (WriterLock lock = new WriterLock(queue)) {
            lock.free(isWriter);
        }
    }

    @Override
    public Appender<T> appender(long run) {
        return new ChronicleAppender(run);
    }

    @Override
    public Tailer<T> tailer() {
        return new ChronicleTailer();
    }

    @Override
    public long end() {
        try {
            // The library says -1 when there is none, as START does.
            return PassingFailure.outlast(patience, queue::lastIndex);
        } catch (UncheckedIOException e) {
            throw e;
        } catch (Exception | AssertionError | InternalError e) {
            LOG.warn("the newest file of the journal in {} is damaged: its end is taken for the journal's: {}", folder, e.toString());
            return rollCycle.toIndex(queue.lastCycle() + 1, 0) - 1;
        }
    }

    @Override
    public long first() {
        long first = queue.firstIndex();
        // What the library says when there is none.
        return first == Long.MAX_VALUE ? START : first;
    }

    @Override
    public Rest rest() {
        return bell.sleeper();
    }

    @Override
    public long trim(long floor, Retention retention) {
        if (floor == START) {
            return 0;
        }
        List<CycleFile> files = CycleFile.list(folder, rollCycle);
        if (files.isEmpty()) {
            return 0;
        }
        List<CycleFile> old = files.subList(0, files.size() - 1);
        long total = files.getLast().length() + old.stream().mapToLong(this::usedBytes).sum();
        long freed = 0;
        long nowMs = System.currentTimeMillis();
        for (CycleFile file : old) {
            boolean isTooOld = nowMs - file.endMs() > retention.age().toMillis();
            boolean isTooMuch = total - freed > retention.bytes();
            if (file.cycle() >= rollCycle.toCycle(floor) || !isTooOld && !isTooMuch) {
                break;
            }
            freed += delete(file);
        }
        if (freed > 0) {
            queue.refreshDirectoryListing();
        }
        return freed;
    }

    /** Counted once a file: an old one is not written any more. */
    private long usedBytes(CycleFile file) {
        return usedBytes.computeIfAbsent(file.path(), path -> file.usedBytes());
    }

    private long delete(CycleFile file) {
        long bytes = usedBytes(file);
        usedBytes.remove(file.path());
        try {
            Files.deleteIfExists(file.path());
            LOG.info("journal file {} has left, {} bytes", file.path(), bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long room() {
        // Of a file store it costs thirty times as much. 0 also if it cannot be told, and then nothing should be written either.
        return folder.toFile().getUsableSpace();
    }

    @Override
    public long bytes() {
        return CycleFile.list(folder, rollCycle).stream().mapToLong(CycleFile::length).sum();
    }

    @Override
    public void close() {
        queue.close();
        bell.close();
    }

    private final class ChronicleAppender implements Appender<T> {
        private final EntryBuffer<T> entry;
        private final byte[] usual;
        private final Bytes<byte[]> usualBytes;
        private final ExcerptAppender appender = queue.createAppender();
        private long position = end();

        ChronicleAppender(long run) {
            entry = new EntryBuffer<>(codecs.get(), run);
            usual = entry.array();
            usualBytes = Bytes.wrapForRead(usual);
            // It is made by the thread that launches the agent, and then used by the agent's thread alone.
            appender.singleThreadedCheckDisabled(true);
            usualBytes.singleThreadedCheckDisabled(true);
        }

        @Override
        public void append(T record) {
            if (!entry.offer(record)) {
                commit();
                entry.offer(record);
            }
        }

        @Override
        public long commit() {
            if (!entry.isEmpty()) {
                int length = entry.seal();
                try {
                    write(length);
                } finally {
                    // What could not be written was refused to whoever asked: it must not be written later.
                    entry.clear();
                }
                position = appender.lastIndexAppended();
                bell.wake();
            }
            return position;
        }

        /**
         * A new file is opened now and then, and must be tried again while it cannot be. Eight bytes at a time are copied so; a document of the queue's,
         * which takes all in one piece, is written nowhere, without a word, where the file cannot be opened.
         */
        private void write(int length) {
            Bytes<byte[]> bytes = entry.array() == usual ? usualBytes : Bytes.wrapForRead(entry.array());
            try {
                bytes.readPositionRemaining(0, length);
                appender.writeBytes(bytes);
            } catch (Exception | Error e) {
                PassingFailure.require(e);
                PassingFailure.outlast(patience, () -> {
                    bytes.readPositionRemaining(0, length);
                    appender.writeBytes(bytes);
                    return null;
                });
            }
        }

        @Override
        public void close() {
            commit();
            appender.close();
        }
    }

    private final class ChronicleTailer implements Tailer<T> {
        private final EntryReader<T> reader = new EntryReader<>(codecs.get());
        private final Excerpts excerpts = new Excerpts(queue, folder, rollCycle);

        @Override
        public int poll(Consumer<? super T> handler, int entriesMax) {
            int read = 0;
            while (read < entriesMax && excerpts.next()) {
                read++;
                reader.read(excerpts.entry(), position(), handler);
            }
            return read;
        }

        /** All that is there is at hand. */
        @Override
        public int read(Consumer<? super T> handler, int entriesMax) {
            return poll(handler, entriesMax);
        }

        @Override
        public long position() {
            return excerpts.position();
        }

        @Override
        public boolean seek(long position) {
            reader.forgetRuns();
            return excerpts.seek(position);
        }

        @Override
        public void close() {
            excerpts.close();
        }
    }
}
