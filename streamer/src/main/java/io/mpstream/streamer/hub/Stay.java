package io.mpstream.streamer.hub;

import io.mpstream.streamer.encoding.Interruption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a session may stay, and what ends it before its stream does: its permit is over, the streamer drains, or the producer stays away.
 * Confined to its session's I/O thread except where a method says otherwise.
 */
final class Stay {
    /** Who comes back sooner would wait for the producer all the same. */
    private static final long AWAY_RETRY_MS = 5_000;
    private static final long AWAY_SPREAD_MS = 3_000;

    private final Hub hub;
    private final long beganNs;
    private volatile Permit permit;
    private boolean isDraining;
    private long leaveNs;

    Stay(Hub hub, Permit permit) {
        this.hub = hub;
        this.permit = permit;
        this.beganNs = hub.clock().nanoTime();
    }

    Permit permit() {
        return permit;
    }

    /** It goes on under a fresh permit, if it is in the same name. Any thread. */
    synchronized void renew(Permit fresh) {
        if (fresh.renews(permit)) {
            permit = fresh;
        }
    }

    /**
     * Why it ends now, or null.
     *
     * @param isWaiting whether the client waits for what the producer does next
     */
    Interruption over(long nowMs, boolean isWaiting) {
        if (permit.isOver(nowMs, hub.clock().resumedMs())) {
            return Interruption.EXPIRED;
        }
        if (hub.drain().hasBegun()) {
            if (!isDraining) {
                isDraining = true;
                leaveNs = hub.drain().leaveNs();
            }
            return hub.drain().isOver(leaveNs) ? Interruption.DRAINING : null;
        }
        return isWaiting && hub.leases().isAwaySince(beganNs) ? Interruption.PRODUCER_AWAY : null;
    }

    /** When the client should come back, in milliseconds from now: another time for each. */
    long retryMs(Interruption why) {
        return why == Interruption.DRAINING ? hub.drain().retryMs() : AWAY_RETRY_MS + ThreadLocalRandom.current().nextLong(AWAY_SPREAD_MS);
    }
}
