package io.mpstream.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time in which this process ran. It stands still while the process is stopped, its container paused, its machine asleep: who waited for
 * somebody else meanwhile has not waited at all, since the other could not be heard. For every deadline about somebody else.
 *
 * <p>Somebody must look at it every three seconds; then one who finds that nobody has looked for longer knows that nobody could. Any thread.
 */
public final class RunningClock implements Clock {
    /** So often somebody must look. */
    public static final long LOOK_EVERY_NS = TimeUnit.SECONDS.toNanos(3);

    private static final Logger LOG = LoggerFactory.getLogger(RunningClock.class);
    private static final long GAP_NS = 2 * LOOK_EVERY_NS;
    /** A look is noted when the last one was noted so long ago: most looks only read. */
    private static final long NOTE_EVERY_NS = LOOK_EVERY_NS / 8;

    private final Clock source;
    private final AtomicLong lookedNs;
    /** Written before {@link #lookedNs}, so that whoever sees no gap sees what was taken away for it. */
    private volatile long stoppedNs;
    private volatile long resumedMs = Long.MIN_VALUE;

    /** Counts from now on. */
    public RunningClock(Clock source) {
        this.source = source;
        this.lookedNs = new AtomicLong(source.nanoTime());
    }

    @Override
    public long nanoTime() {
        long nowNs = source.nanoTime();
        long sinceNs = nowNs - lookedNs.get();
        if (sinceNs > GAP_NS) {
            resume(nowNs);
        } else if (sinceNs > NOTE_EVERY_NS) {
            lookedNs.accumulateAndGet(nowNs, (last, now) -> now - last > 0 ? now : last);
        }
        return nowNs - stoppedNs;
    }

    private synchronized void resume(long nowNs) {
        long gapNs = nowNs - lookedNs.get();
        // Of several who find the gap the first counts it.
        if (gapNs > GAP_NS) {
            // Not all of it: others may have read this clock since the last look was noted, and it does not go back.
            stoppedNs += gapNs - NOTE_EVERY_NS;
            resumedMs = System.currentTimeMillis();
            lookedNs.set(nowNs);
            LOG.info("this process did not run for {} s; nobody is held to what was due meanwhile", TimeUnit.NANOSECONDS.toSeconds(gapNs));
        }
    }

    @Override
    public long resumedMs() {
        return resumedMs;
    }
}
