package io.mpstream.streamer.dialect;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The cursor of Durable Streams (section 10.1): the number of 20 s since October 9, 2024, UTC. A client says it again with its next request, so
 * that caches tell one from the other.
 */
public final class DurableCursor {
    private static final long EPOCH_MS = 1_728_432_000_000L;
    private static final long STEP_MS = 20_000;
    /** Up to an hour. */
    private static final int LEAP_MAX = 180;

    private DurableCursor() {
    }

    /** The cursor of this time. */
    static long at(long nowMs) {
        return (nowMs - EPOCH_MS) / STEP_MS;
    }

    /**
     * The cursor of a response: that of this time, or one that is greater than what the client has had.
     *
     * @param last that the client has had; -1 for none
     */
    public static long after(long last, long nowMs) {
        long now = at(nowMs);
        return last < now ? now : last + 1 + ThreadLocalRandom.current().nextInt(LEAP_MAX);
    }
}
