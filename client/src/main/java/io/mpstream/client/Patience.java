package io.mpstream.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** How long somebody waits before the next try, and when no more: longer each time, never all at once. One thread's; any may end it. */
final class Patience {
    private static final long FIRST_MS = 100;
    private static final long LONGEST_MS = 5_000;

    private final Duration giveUp;
    private final CountDownLatch ended = new CountDownLatch(1);
    private long failingSinceNs;
    private int failures;

    /** Gives up after so long without progress. */
    Patience(Duration giveUp) {
        this.giveUp = giveUp;
    }

    /** Something came: from here on it counts anew. */
    void progressed() {
        failures = 0;
    }

    /** Whether {@link #end} was called. */
    boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Whoever waits goes on at once. Any thread. */
    void end() {
        ended.countDown();
    }

    /**
     * Waits before the next try.
     *
     * @param why   what failed
     * @param askMs the time that the server wants, or -1 if it says nothing
     * @throws UnreachableException if that would take too long
     */
    void pause(Exception why, long askMs) throws InterruptedException {
        long nowNs = System.nanoTime();
        if (failures++ == 0) {
            failingSinceNs = nowNs;
        }
        long backoffMs = Math.min(LONGEST_MS, FIRST_MS << Math.min(failures - 1, 10));
        // Half of it at random: those who lost the same server do not come back together.
        long pauseMs = askMs >= 0 ? askMs : ThreadLocalRandom.current().nextLong(backoffMs / 2, backoffMs + 1);
        if (nowNs - failingSinceNs + TimeUnit.MILLISECONDS.toNanos(pauseMs) > giveUp.toNanos()) {
            throw new UnreachableException(why.getMessage() + "; gave up after " + TimeUnit.NANOSECONDS.toSeconds(nowNs - failingSinceNs) + " s", why);
        }
        if (ended.await(pauseMs, TimeUnit.MILLISECONDS)) {
            throw new MpstreamException("closed");
        }
    }
}
