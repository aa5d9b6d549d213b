package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.Lease;
import java.util.concurrent.TimeUnit;

/** What the producer's leases tell: whether it lives, which run of it, and how far it has come. Confined to the hub's thread except where a method says otherwise. */
public final class ProducerLease {
    private final Clock clock;
    private final long graceNs;
    private volatile long untilNs;
    /** The newest that held when it was read; null before any. */
    private volatile Lease newest;
    private long producer;
    private long settled = Journal.START;

    /**
     * None seen.
     *
     * @param graceNs how long readers wait for a producer that is away
     */
    ProducerLease(Clock clock, long graceNs) {
        this.clock = clock;
        this.graceNs = graceNs;
        this.untilNs = clock.nanoTime();
    }

    /** Takes the newest; returns whether it is of another run of the producer than the one before. */
    boolean take(Lease lease) {
        long leftMs = lease.forMs() - Math.max(0, System.currentTimeMillis() - lease.atMs());
        // One that was over before it was read tells of a time that has passed; when it was given back, that is so from now on.
        if (leftMs > 0 || lease.forMs() == 0) {
            newest = lease;
            untilNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, leftMs));
        }
        settled = Math.max(settled, lease.settled());
        boolean isAnother = lease.producer() != producer;
        producer = lease.producer();
        return isAnother;
    }

    /** Whether a producer answers, as far as it has told within its lease. Any thread. */
    public Readiness readiness() {
        Lease lease = newest;
        if (lease == null || clock.nanoTime() - untilNs >= 0) {
            return Readiness.not("no producer is present");
        }
        return switch (lease.state()) {
            case LOADING -> Readiness.not("the producer is loading its responder");
            case SERVING -> new Readiness(null, lease.trouble());
            case STALLED, GONE -> Readiness.not(lease.trouble());
        };
    }

    /** Whether the producer has been away for longer than readers wait, and one who came then has waited so long. Any thread. */
    public boolean isAwaySince(long cameNs) {
        long nowNs = clock.nanoTime();
        return nowNs - untilNs >= graceNs && nowNs - cameNs >= graceNs;
    }

    /** Milliseconds since the newest lease that held was given; -1 if none has been seen. Any thread. */
    public long ageMs() {
        Lease lease = newest;
        return lease == null ? -1 : Math.max(0, System.currentTimeMillis() - lease.atMs());
    }

    /** All queries up to this position of the request journal have been answered. */
    long settled() {
        return settled;
    }
}
