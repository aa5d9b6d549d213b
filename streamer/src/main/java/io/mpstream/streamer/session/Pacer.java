package io.mpstream.streamer.session;

import io.mpstream.streamer.text.Block;
import io.mpstream.streamer.text.Timeline;

/** Holds a session back to the pauses that its text was written with. Confined to the session's I/O thread. */
final class Pacer {
    private static final double NS_A_MS = 1e6;
    /** A timer is not to hold on for longer to a session that may be closed. */
    private static final long WAIT_MS_MAX = 60_000;

    private final double speed;
    private final long startNs = System.nanoTime();
    private long startMs = -1;
    private Block block;
    private Timeline timeline;
    private boolean isAwaited;

    /** A pace that begins now; {@code speed} times as fast as the text was written. */
    Pacer(double speed) {
        this.speed = speed;
    }

    /** The times of a block have come. */
    void timed(Block block, Timeline timeline) {
        this.block = block;
        this.timeline = timeline;
    }

    /** Whether the times are known of the text that follows this offset in this block. */
    boolean knows(Block at, long offset) {
        return block == at && timeline != null && timeline.after(offset) >= 0;
    }

    /**
     * The offset that may have been sent by now; its times must be known.
     *
     * @param wake is run on the loop when there may be more, if there is nothing now
     */
    long limit(long offset, PumpLoop loop, Runnable wake) {
        if (startMs < 0) {
            startMs = timeline.after(offset);
        }
        double passedMs = (System.nanoTime() - startNs) / NS_A_MS;
        long limit = timeline.reached(offset, startMs + (long) (passedMs * speed));
        if (limit == offset && !isAwaited) {
            isAwaited = true;
            loop.after(() -> {
                isAwaited = false;
                wake.run();
            }, Math.clamp((long) Math.ceil((timeline.after(offset) - startMs) / speed - passedMs), 1, WAIT_MS_MAX));
        }
        return limit;
    }
}
