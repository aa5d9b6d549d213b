package io.mpstream.producer;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases of a producer whose responder is being loaded, which may take long: they tell that the producer is not away, and a line on the log
 * why nothing is answered. A responder that is there at once has neither. The leases are of a run of their own: what serves later begins another.
 */
final class LoadingLease {
    static final long TOLD_AFTER_NS = TimeUnit.SECONDS.toNanos(1);
    static final long LEASE_EVERY_NS = TimeUnit.SECONDS.toNanos(5);
    static final long LOGGED_AFTER_NS = TimeUnit.SECONDS.toNanos(3);
    private static final Logger LOG = LoggerFactory.getLogger(LoadingLease.class);
    private static final long LOOK_EVERY_MS = 250;

    private final Journal<Frame> responses;
    private final DiskRoom room;
    private final String responder;
    private final Clock clock;
    private final long producer = Producer.randomRun();
    private final long startNs;

    // Confined to the thread that looks; when that has ended, to the one that loads.
    private Appender<Frame> frames;
    private long leaseDueNs;
    private boolean isLogged;

    /**
     * Loading begins now.
     *
     * @param responses no other appender is on it until it has ended
     * @param responder what it is called, or each of them
     */
    LoadingLease(Journal<Frame> responses, long diskFloor, String responder, Clock clock) {
        this.responses = responses;
        this.room = new DiskRoom(responses, diskFloor, clock, () -> { });
        this.responder = responder;
        this.clock = clock;
        this.startNs = clock.nanoTime();
        this.leaseDueNs = startNs + TOLD_AFTER_NS;
    }

    /** Loads the responders, on the calling thread; if that fails, whoever waits is told that nobody comes. */
    Responders run(Supplier<Responders> load) {
        Responders loaded = null;
        try (ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("loading").daemon().factory())) {
            looking.scheduleWithFixedDelay(this::tryToLook, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
            loaded = load.get();
            return loaded;
        } finally {
            close();
            if (loaded == null) {
                giveUp();
            }
        }
    }

    /** What fails once may work the next time. */
    private void tryToLook() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("that the responder {} is being loaded cannot be told to streamers", responder, e);
        }
    }

    /** Tells what is due. */
    void look() {
        long nowNs = clock.nanoTime();
        if (nowNs - leaseDueNs >= 0) {
            leaseDueNs = nowNs + LEASE_EVERY_NS;
            append(ServingLease.TIMES * TimeUnit.NANOSECONDS.toMillis(LEASE_EVERY_NS), Lease.State.LOADING);
        }
        if (!isLogged && nowNs - startNs >= LOGGED_AFTER_NS) {
            isLogged = true;
            LOG.info("loading the responder {} takes long; queries wait meanwhile", responder);
        }
    }

    /** Gives the appender back. */
    void close() {
        if (frames != null) {
            frames.close();
            frames = null;
        }
    }

    /** Nobody need wait for a lease to run out, of this run or of the one before. */
    void giveUp() {
        try {
            append(0, Lease.State.GONE);
            close();
        } catch (RuntimeException e) {
            // Why there is no responder is worth more than this.
            LOG.debug("that it was given up cannot be told to streamers", e);
        }
    }

    private void append(long forMs, Lease.State state) {
        room.look();
        if (room.level() == DiskRoom.Level.NONE) {
            return;
        }
        if (frames == null) {
            frames = responses.appender(producer);
        }
        frames.append(new Lease(producer, System.currentTimeMillis(), forMs, Journal.START, 0, false, state, ""));
        frames.commit();
    }
}
