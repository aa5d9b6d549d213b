package io.mpstream.streamer.session;

import io.mpstream.agent.Clock;
import io.mpstream.streamer.limits.RefusedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streamer's way to stop: once it has begun nothing new is taken, and the sessions may go on for a while. Those that are left then end one by
 * one. Any thread.
 */
public final class Drain {
    /** Told to clients that come now. */
    public static final String DRAINING = "the server is being stopped";

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    /** In the last part of the time sessions end, spread over it: so many clients do not all come back in the same instant. */
    private static final int SPREAD_PARTS = 4;
    private static final int RETRY_S = 1;
    /** Sessions look twice a second whether their time has come. */
    private static final long LAST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_MS_MIN = 300;
    private static final long RETRY_MS_MAX = 1_000;

    private final Clock clock;
    private final AtomicInteger sessions = new AtomicInteger();
    /** Written before it has begun. */
    private long endNs;
    private long spreadNs;
    private volatile boolean hasBegun;

    /** A streamer that serves. */
    public Drain(Clock clock) {
        this.clock = clock;
    }

    /**
     * Begins. Once.
     *
     * @param timeout when the last session ends
     */
    public void begin(Duration timeout) {
        endNs = clock.nanoTime() + timeout.toNanos();
        spreadNs = timeout.toNanos() / SPREAD_PARTS;
        hasBegun = true;
        if (sessions() > 0) {
            LOG.info("{} responses may go on for {} s", sessions(), timeout.toSeconds());
        }
    }

    /** Whether it has. */
    public boolean hasBegun() {
        return hasBegun;
    }

    /** Whether no session is open, or the last should long have ended. After it has begun. */
    public boolean isDone() {
        return sessions() == 0 || clock.nanoTime() - endNs >= LAST_NS;
    }

    /** Returns how many sessions are open. */
    public int sessions() {
        return sessions.get();
    }

    void entered() {
        sessions.incrementAndGet();
    }

    void exited() {
        sessions.decrementAndGet();
    }

    /** The refusal of a client that comes, or has come and got nothing yet, while the streamer drains. */
    public RefusedException refusal() {
        return RefusedException.forNow(RefusedException.Reason.OVERLOADED, DRAINING, RETRY_S);
    }

    /**
     * Lets a client pass unless it should come later.
     *
     * @throws RefusedException if it has begun
     */
    public void requireServing() {
        if (hasBegun) {
            throw refusal();
        }
    }

    /**
     * Milliseconds after which a client that is told to come back should: once all is over, each at another time. After it has begun.
     */
    public long retryMs() {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(Math.max(0, endNs - clock.nanoTime()));
        return leftMs + ThreadLocalRandom.current().nextLong(RETRY_MS_MIN, RETRY_MS_MAX);
    }

    /** Whether a session's time has come. */
    boolean isOver(long leaveNs) {
        return clock.nanoTime() - leaveNs >= 0;
    }

    /** The time at which one of the sessions ends: another for each. After it has begun. */
    long leaveNs() {
        return endNs - (spreadNs == 0 ? 0 : ThreadLocalRandom.current().nextLong(spreadNs));
    }
}
