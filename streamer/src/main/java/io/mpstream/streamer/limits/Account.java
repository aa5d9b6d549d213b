package io.mpstream.streamer.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What one user holds, or one address: streams, sessions, text, and how many queries it may ask now. Any thread, except where a method says otherwise. */
public final class Account {
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    /** Text leaves as time passes: nobody knows how soon. */
    private static final int RETRY_BYTES_S = 60;
    private static final int RETRY_STREAMS_S = 1;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** Nanoseconds of a minute that have been asked away: each query costs its part, and all come back with time. Confined to who admits. */
    private long spentNs;
    private long spentAtNs;

    /**
     * Takes a query. One thread at a time.
     *
     * @throws RefusedException if there are too many, or too much text
     */
    void admit(Limits limits, long nowNs) {
        requireRoom(open.get(), limits.accountStreamsMax());
        if (limits.accountBytesMax() > 0 && bytes.get() >= limits.accountBytesMax()) {
            throw RefusedException.forNow(RefusedException.Reason.QUOTA, "the answers that are kept for you have " + bytes.get() + " bytes; " + limits.accountBytesMax() + " are allowed", RETRY_BYTES_S);
        }
        if (limits.accountAsksMax() > 0) {
            ask(MINUTE_NS / limits.accountAsksMax(), limits.accountAsksMax(), nowNs);
        }
        open.incrementAndGet();
    }

    private void ask(long costNs, int asksMax, long nowNs) {
        long leftNs = spentNs == 0 ? 0 : Math.max(0, spentNs - (nowNs - spentAtNs));
        if (leftNs + costNs > MINUTE_NS) {
            long waitNs = leftNs + costNs - MINUTE_NS;
            throw RefusedException.forNow(RefusedException.Reason.QUOTA, "you have asked " + asksMax + " queries in a minute, as many as are allowed", Math.toIntExact(TimeUnit.NANOSECONDS.toSeconds(waitNs)) + 1);
        }
        spentNs = leftNs + costNs;
        spentAtNs = nowNs;
    }

    private static void requireRoom(int held, int max) {
        if (max > 0 && held >= max) {
            throw RefusedException.forNow(RefusedException.Reason.QUOTA, "you have " + held + " streams at once, as many as are allowed", RETRY_STREAMS_S);
        }
    }

    /** A query of an earlier run. */
    void restore() {
        open.incrementAndGet();
    }

    /** An answer has ended, or will never begin. */
    public void ended() {
        open.decrementAndGet();
    }

    /**
     * Takes a session. One thread at a time.
     *
     * @throws RefusedException if there are too many
     */
    void join(Limits limits) {
        requireRoom(sessions.get(), limits.accountStreamsMax());
        sessions.incrementAndGet();
    }

    /** A session is over. */
    public void leave() {
        sessions.decrementAndGet();
    }

    /** So much more text is kept; less, if negative. */
    public void countText(long bytes) {
        this.bytes.addAndGet(bytes);
    }

    /** Whether nothing need be known of it any more. One thread at a time, the same as admits. */
    boolean isIdle(long nowNs) {
        return open.get() == 0 && sessions.get() == 0 && bytes.get() == 0 && (spentNs == 0 || nowNs - spentAtNs >= spentNs);
    }
}
