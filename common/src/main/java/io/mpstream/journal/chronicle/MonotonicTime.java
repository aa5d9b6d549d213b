package io.mpstream.journal.chronicle;

import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.core.time.TimeProvider;

/**
 * Wall-clock time that never steps back, not even to before the newest file of the journal: a clock that is set back
 * over the start of a cycle would let an appender write into a file that readers have left for good.
 */
final class MonotonicTime implements TimeProvider {
    private final AtomicLong latestMs;

    MonotonicTime(long notBeforeMs) {
        latestMs = new AtomicLong(notBeforeMs);
    }

    /** From now on it is this late at least. */
    void notBefore(long ms) {
        latestMs.accumulateAndGet(ms, Math::max);
    }

    @Override
    public long currentTimeMillis() {
        long nowMs = System.currentTimeMillis();
        return nowMs <= latestMs.get() ? latestMs.get() : latestMs.accumulateAndGet(nowMs, Math::max);
    }
}
