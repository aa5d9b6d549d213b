package io.mpstream.producer;

import io.mpstream.protocol.Detail;
import io.mpstream.protocol.Lease;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Leases of a producer that serves: one when it is due, or when there is something else to tell. Confined to the dispatcher's thread, which is
 * woken for the next one.
 */
final class ServingLease {
    /** While answers are open somebody may wait for the producer; else only a probe asks for it, and nothing should wake. */
    static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);
    static final long IDLE_EVERY_NS = TimeUnit.SECONDS.toNanos(5);
    /** A lease lasts three times as long as until the next one. */
    static final int TIMES = 3;
    private static final String STALLED = "answers that were started do not run: others compute on all threads that carry answers";

    private final ResponseAppender responses;
    private final Carriers carriers;
    private final long producer;
    private final LongConsumer wakeAfterNs;

    private long leasedNs;
    /** As the last lease told. */
    private Lease.State toldState = Lease.State.SERVING;
    private String toldTrouble = "";
    /** When the next lease was to be given, as the last one told. */
    private long promisedNs = IDLE_EVERY_NS;
    /** When the next wake is due that has been asked for. */
    private long wakeNs;

    /**
     * The first one is due now.
     *
     * @param carriers    are told how many answers run, and tell whether they do
     * @param producer    which run of the producer this is
     * @param wakeAfterNs wakes the dispatcher's thread after so many nanoseconds
     */
    ServingLease(ResponseAppender responses, Carriers carriers, long producer, LongConsumer wakeAfterNs, long nowNs) {
        this.responses = responses;
        this.carriers = carriers;
        this.producer = producer;
        this.wakeAfterNs = wakeAfterNs;
        this.leasedNs = nowNs - IDLE_EVERY_NS;
        this.wakeNs = leasedNs;
    }

    /** Gives one if it is time; returns how many. */
    int renew(OpenAnswers open, Places places, DiskRoom.Level level, long nowNs) {
        carriers.running(places.taken());
        Stragglers stragglers = places.stragglers();
        Lease.State state = carriers.isStalled() ? Lease.State.STALLED : Lease.State.SERVING;
        long everyNs = open.isEmpty() ? IDLE_EVERY_NS : EVERY_NS;
        // A lease given while an answer was open must not run out because that has ended since.
        boolean isDue = nowNs - leasedNs >= Math.min(everyNs, promisedNs) || state != toldState || !stragglers.trouble().equals(toldTrouble);
        boolean isGiven = isDue && level != DiskRoom.Level.NONE;
        if (isGiven) {
            leasedNs = nowNs;
            promisedNs = everyNs;
            toldState = state;
            toldTrouble = stragglers.trouble();
            append(open, places, TIMES * TimeUnit.NANOSECONDS.toMillis(everyNs), state, trouble());
        }
        // While nothing can be written it is overdue, and is given when somebody wakes this.
        long inNs = level == DiskRoom.Level.NONE ? everyNs : leasedNs + Math.min(everyNs, promisedNs) - nowNs;
        wakeBy(nowNs + Math.min(inNs, stragglers.dueInNs(nowNs)), nowNs);
        return isGiven ? 1 : 0;
    }

    private void wakeBy(long dueNs, long nowNs) {
        if (nowNs - wakeNs >= 0 || dueNs - wakeNs < 0) {
            wakeNs = dueNs;
            wakeAfterNs.accept(dueNs - nowNs);
        }
    }

    /** One line. */
    private String trouble() {
        if (toldState != Lease.State.STALLED) {
            return toldTrouble;
        }
        return Detail.cut(toldTrouble.isEmpty() ? STALLED : STALLED + "; " + toldTrouble, Lease.TROUBLE_LENGTH_MAX);
    }

    /** Gives the last one: nobody need wait for the one before it to run out. */
    void giveUp(OpenAnswers open, Places places) {
        append(open, places, 0, Lease.State.GONE, "");
    }

    /** What the positions rest on is in the journal already, so it comes before the lease that tells of them. */
    private void append(OpenAnswers open, Places places, long forMs, Lease.State state, String trouble) {
        responses.append(new Lease(producer, System.currentTimeMillis(), forMs, open.positions().request(), places.free(), false, state, trouble));
    }
}
