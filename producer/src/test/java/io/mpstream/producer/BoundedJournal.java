package io.mpstream.producer;

import io.mpstream.agent.Rest;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Codec;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A journal in memory on a disk whose room the test sets. */
final class BoundedJournal<T> implements Journal<T> {
    private final Journal<T> journal;
    /** What {@link #room} says. */
    volatile LongSupplier room = () -> Long.MAX_VALUE;
    final AtomicLong looks = new AtomicLong();
    /** Bytes, or a little more. */
    final AtomicLong appended = new AtomicLong();
    /** Bytes that {@link #trim} has freed. */
    final AtomicLong freed = new AtomicLong();
    private final Codec<T> codec;

    BoundedJournal(Supplier<? extends Codec<T>> codecs) {
        journal = new MemoryJournal<>(codecs);
        codec = codecs.get();
    }

    @Override
    public long room() {
        looks.incrementAndGet();
        return room.getAsLong();
    }

    @Override
    public Appender<T> appender(long run) {
        Appender<T> appender = journal.appender(run);
        return new Appender<>() {
            @Override
            public void append(T record) {
                appended.addAndGet(codec.sizeMax(record));
                appender.append(record);
            }

            @Override
            public long commit() {
                return appender.commit();
            }

            @Override
            public void close() {
                appender.close();
            }
        };
    }

    @Override
    public Tailer<T> tailer() {
        return journal.tailer();
    }

    @Override
    public long end() {
        return journal.end();
    }

    @Override
    public long first() {
        return journal.first();
    }

    @Override
    public Rest rest() {
        return journal.rest();
    }

    @Override
    public long trim(long floor, Retention retention) {
        long bytes = journal.trim(floor, retention);
        freed.addAndGet(bytes);
        return bytes;
    }

    @Override
    public long bytes() {
        return journal.bytes();
    }

    @Override
    public void close() {
        journal.close();
    }
}
