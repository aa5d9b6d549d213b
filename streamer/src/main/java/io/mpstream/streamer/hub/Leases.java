package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.Lease;
import java.util.concurrent.TimeUnit;

/** What the producer's leases tell: whether it lives, which run of it, and how far it has come. Confined to the hub's thread except where a method says otherwise. */
final class Leases {
    private final Clock clock;
    private volatile long untilNs;
    private long producer;
    private long settled = Journal.START;

    /** None seen. */
    Leases(Clock clock) {
        this.clock = clock;
        this.untilNs = clock.nanoTime();
    }

    /** Takes the newest; returns whether it is of another run of the producer than the one before. */
    boolean take(Lease lease) {
        long ageMs = Math.max(0, System.currentTimeMillis() - lease.atMs());
        untilNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lease.forMs() - ageMs);
        settled = Math.max(settled, lease.settled());
        boolean isAnother = lease.producer() != producer;
        producer = lease.producer();
        return isAnother;
    }

    /** Whether a producer has shown a sign of life within its lease. Any thread. */
    boolean isProducerPresent() {
        return clock.nanoTime() - untilNs < 0;
    }

    /** All queries up to this position of the request journal have been answered. */
    long settled() {
        return settled;
    }
}
