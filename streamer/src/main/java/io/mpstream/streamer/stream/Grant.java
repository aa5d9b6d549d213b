package io.mpstream.streamer.stream;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A client's right to follow a stream: in whose name, and until when. Any thread.
 *
 * @param user          in whose name; a fresh grant in the same name may take the place of this one
 * @param account       what the session counts for, or null for nothing
 * @param untilMs       when it ends, in wall-clock milliseconds; {@link Long#MAX_VALUE} for never
 * @param challengeAtMs when the client is asked for a fresh one; {@link Long#MAX_VALUE} for never
 * @param isRevoked     whether it was taken back
 */
public record Grant(String user, String account, long untilMs, long challengeAtMs, BooleanSupplier isRevoked) {
    /** A grant that nobody had to ask for. */
    public static final Grant OPEN = unlimited(null);

    /** Time before the end at which a fresh one is asked for; half its life, if that is shorter. */
    private static final long CHALLENGE_MS = TimeUnit.SECONDS.toMillis(30);

    /** A grant that does not end. */
    public static Grant unlimited(String account) {
        return new Grant("", account, Long.MAX_VALUE, Long.MAX_VALUE, () -> false);
    }

    /**
     * A grant that ends.
     *
     * @param fromMs      since when it holds
     * @param isRenewable whether a fresh one may take its place
     */
    public static Grant until(String user, String account, long fromMs, long untilMs, boolean isRenewable, BooleanSupplier isRevoked) {
        long aheadMs = Math.min(CHALLENGE_MS, Math.max(0, untilMs - fromMs) / 2);
        return new Grant(user, account, untilMs, isRenewable ? untilMs - aheadMs : Long.MAX_VALUE, isRevoked);
    }

    /**
     * Whether it holds no more.
     *
     * @param resumedMs of {@link io.mpstream.agent.Clock}
     */
    public boolean isOver(long nowMs, long resumedMs) {
        return nowMs >= endMs(resumedMs) || isRevoked.getAsBoolean();
    }

    /** The end: whoever could not be asked for a fresh one, because this process did not run, has the time for that afterwards. */
    private long endMs(long resumedMs) {
        return resumedMs <= challengeAtMs ? untilMs : Math.max(untilMs, resumedMs + untilMs - challengeAtMs);
    }

    /** Milliseconds for which it holds, from now. */
    public long leftMs(long nowMs, long resumedMs) {
        return Math.max(0, endMs(resumedMs) - nowMs);
    }

    /** Whether the client is to be asked for a fresh one. */
    public boolean isChallengeDue(long nowMs) {
        return nowMs >= challengeAtMs;
    }

    /** Whether this one may take the place of another. */
    public boolean renews(Grant other) {
        return other.challengeAtMs != Long.MAX_VALUE && user.equals(other.user) && untilMs > other.untilMs;
    }
}
