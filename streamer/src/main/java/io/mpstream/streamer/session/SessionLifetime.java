package io.mpstream.streamer.session;

import io.mpstream.agent.Clock;
import io.mpstream.settings.Bound;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.limits.Account;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.stream.Grant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongPredicate;

/**
 * The time that a session may stay, and what ends it before its stream does: its grant is over, the streamer drains, or the producer stays away.
 * Confined to its session's I/O thread except where a method says otherwise.
 */
public final class SessionLifetime {
    /** A client that comes back sooner would wait for the producer all the same. */
    private static final long AWAY_RETRY_MS = Bound.AWAY_RETRY.time().toMillis();
    private static final long AWAY_SPREAD_MS = 3_000;
    private static final int AWAY_RETRY_S = Math.max(1, Math.toIntExact(Bound.AWAY_RETRY.time().toSeconds()));

    /** The account that the session counts for, or null. */
    private final Account account;
    private final Drain drain;
    private final LongPredicate isProducerAwaySince;
    private final Clock clock;
    private final long beganNs;
    private volatile Grant grant;
    private boolean isDraining;
    private long leaveNs;

    /**
     * The lifetime of a session that begins now.
     *
     * @param account             that the session counts for, or null
     * @param isProducerAwaySince whether the producer has been away for too long, for who has waited since a time of the clock
     */
    public SessionLifetime(Grant grant, Account account, Drain drain, LongPredicate isProducerAwaySince, Clock clock) {
        this.grant = grant;
        this.account = account;
        this.drain = drain;
        this.isProducerAwaySince = isProducerAwaySince;
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
        if (account != null) {
            account.leave();
        }
    }

    /** Milliseconds for which the grant holds yet. */
    long leftMs(long nowMs) {
        return grant.leftMs(nowMs, clock.resumedMs());
    }

    Grant grant() {
        return grant;
    }

    /** Takes a fresh grant, if it is in the same name. Any thread. */
    synchronized void renew(Grant fresh) {
        if (fresh.renews(grant)) {
            grant = fresh;
        }
    }

    /**
     * Why it ends now, or null.
     *
     * @param isWaiting whether the client waits for what the producer does next
     */
    Interruption over(long nowMs, boolean isWaiting) {
        if (grant.isOver(nowMs, clock.resumedMs())) {
            return Interruption.EXPIRED;
        }
        if (drain.hasBegun()) {
            if (!isDraining) {
                isDraining = true;
                leaveNs = drain.leaveNs();
            }
            return drain.isOver(leaveNs) ? Interruption.DRAINING : null;
        }
        return isWaiting && isProducerAwaySince.test(beganNs) ? Interruption.PRODUCER_AWAY : null;
    }

    /** The refusal of a client whose response has not begun. */
    RefusedException refusal(Interruption why) {
        return switch (why) {
            case EXPIRED -> RefusedException.forGood(RefusedException.Reason.EXPIRED, "the token holds no more");
            case PRODUCER_AWAY -> RefusedException.forNow(RefusedException.Reason.OVERLOADED, "the producer is away", AWAY_RETRY_S);
            default -> drain.refusal();
        };
    }

    /** Milliseconds after which the client should come back: another time for each. */
    long retryMs(Interruption why) {
        return why == Interruption.DRAINING ? drain.retryMs() : AWAY_RETRY_MS + ThreadLocalRandom.current().nextLong(AWAY_SPREAD_MS);
    }
}
