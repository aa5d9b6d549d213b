package io.mpstream.journal;

import io.mpstream.agent.Parking;
import io.mpstream.agent.Rest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A journal in this JVM's memory: both processes as one, and tests. Nothing survives the JVM. The storage unit that
 * {@link #trim} drops is one entry.
 *
 * @param <T> the records
 */
public final class MemoryJournal<T> implements Journal<T> {
    private record Entry(long position, byte[] bytes, long atNs) {
    }

    private final Supplier<? extends Codec<T>> codecs;
    private final Parking rest = new Parking();

    // All below is guarded by this. The newest entry has position first + entries.size() - 1.
    private final List<Entry> entries = new ArrayList<>();
    private long first;
    private long bytes;
    /** The run that was let in last. */
    private long newestRun = NO_RUN;

    /**
     * An empty journal.
     *
     * @param codecs makes a codec for each appender and tailer
     */
    public MemoryJournal(Supplier<? extends Codec<T>> codecs) {
        this.codecs = codecs;
    }

    @Override
    public synchronized Appender<T> appender(long run) {
        newestRun = run == NO_RUN ? newestRun : run;
        return new MemoryAppender(run);
    }

    @Override
    public Tailer<T> tailer() {
        return new MemoryTailer();
    }

    @Override
    public Rest rest() {
        return rest;
    }

    @Override
    public synchronized long trim(long floor, Retention retention) {
        long nowNs = System.nanoTime();
        long freed = 0;
        int dropped = 0;
        while (dropped < entries.size() - 1 && first + dropped < floor && isOver(entries.get(dropped), freed, nowNs, retention)) {
            freed += entries.get(dropped).bytes.length;
            dropped++;
        }
        entries.subList(0, dropped).clear();
        first += dropped;
        bytes -= freed;
        return freed;
    }

    private boolean isOver(Entry oldest, long freed, long nowNs, Retention retention) {
        return bytes - freed > retention.bytes()
                || Duration.ofNanos(nowNs - oldest.atNs).compareTo(retention.age()) > 0;
    }

    @Override
    public long room() {
        return Long.MAX_VALUE;
    }

    @Override
    public synchronized long bytes() {
        return bytes;
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }

    private synchronized long add(byte[] entry, long run) {
        if (run != NO_RUN && run != newestRun) {
            throw new FencedException(run);
        }
        long position = first + entries.size();
        entries.add(new Entry(position, entry, System.nanoTime()));
        bytes += entry.length;
        return position;
    }

    @Override
    public synchronized long end() {
        return entries.isEmpty() ? START : first + entries.size() - 1;
    }

    @Override
    public synchronized long first() {
        return entries.isEmpty() ? START : first;
    }

    private synchronized long oldest() {
        return first;
    }

    /** The entry at this position or the oldest after it; null at the end. */
    private synchronized Entry entry(long position) {
        int at = (int) (Math.max(position, first) - first);
        return at < entries.size() ? entries.get(at) : null;
    }

    private final class MemoryAppender implements Appender<T> {
        private final EntryBuffer<T> entry;
        private final long run;

        private MemoryAppender(long run) {
            this.run = run;
            entry = new EntryBuffer<>(codecs.get(), run);
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
            if (entry.isEmpty()) {
                return end();
            }
            byte[] bytes = Arrays.copyOf(entry.array(), entry.seal());
            entry.clear();
            long position = add(bytes, run);
            rest.wake();
            return position;
        }

        @Override
        public void close() {
            commit();
        }
    }

    private final class MemoryTailer implements Tailer<T> {
        private final EntryReader<T> reader = new EntryReader<>(codecs.get());
        private long next = START;
        private long position = START;

        @Override
        public int poll(Consumer<? super T> handler, int entriesMax) {
            int read = 0;
            while (read < entriesMax) {
                Entry entry = entry(next);
                if (entry == null) {
                    break;
                }
                position = entry.position;
                next = position + 1;
                read++;
                reader.read(ByteBuffer.wrap(entry.bytes), position, handler);
            }
            return read;
        }

        @Override
        public int read(Consumer<? super T> handler, int entriesMax) {
            return poll(handler, entriesMax);
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public boolean seek(long position) {
            next = position;
            this.position = position;
            reader.forgetRuns();
            return position == START || position >= oldest();
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
