package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
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

    private final Drain drain;
    private final Leases leases;
    private final Clock clock;
    private final long beganNs;
    private volatile Permit permit;
    private boolean isDraining;
    private long leaveNs;

    Stay(Permit permit, Drain drain, Leases leases, Clock clock) {
        this.permit = permit;
        this.drain = drain;
        this.leases = leases;
        this.clock = clock;
        this.beganNs = clock.nanoTime();
    }

    /** The session is open. */
    void begin() {
        drain.entered();
    }

    /** The session is closed. */
    void end() {
        drain.exited();
    }

    /** Milliseconds for which the permit holds yet. */
    long leftMs(long nowMs) {
        return permit.leftMs(nowMs, clock.resumedMs());
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
        if (permit.isOver(nowMs, clock.resumedMs())) {
            return Interruption.EXPIRED;
        }
        if (drain.hasBegun()) {
            if (!isDraining) {
                isDraining = true;
                leaveNs = drain.leaveNs();
            }
            return drain.isOver(leaveNs) ? Interruption.DRAINING : null;
        }
        return isWaiting && leases.isAwaySince(beganNs) ? Interruption.PRODUCER_AWAY : null;
    }

    /** When the client should come back, in milliseconds from now: another time for each. */
    long retryMs(Interruption why) {
        return why == Interruption.DRAINING ? drain.retryMs() : AWAY_RETRY_MS + ThreadLocalRandom.current().nextLong(AWAY_SPREAD_MS);
    }
}
