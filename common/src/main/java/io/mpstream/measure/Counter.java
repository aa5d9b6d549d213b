package io.mpstream.measure;

import java.util.concurrent.atomic.AtomicLong;

/** A count that one thread at a time adds to, and any reads. Adding is a plain store. */
public final class Counter {
    private final AtomicLong count = new AtomicLong();

    /** Adds so many; takes away, if negative. One thread at a time. */
    public void add(long more) {
        count.setRelease(count.getPlain() + more);
    }

    /** The count. Any thread. */
    public long count() {
        return count.getAcquire();
    }
}
