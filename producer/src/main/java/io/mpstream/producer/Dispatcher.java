package io.mpstream.producer;

import io.mpstream.agent.Agent;
import io.mpstream.agent.Clock;
import io.mpstream.journal.Tailer;
import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.Detail;
import io.mpstream.protocol.FairQueue;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Watched;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the request journal, bounds how many answers run, starts those that wait for a place round their accounts, and passes
 * cancels and credits on. Confined to its thread except where a method says otherwise.
 */
final class Dispatcher implements Agent {
    /** While answers are open somebody may wait for the producer; else only a probe asks for it, and nothing should wake. */
    static final long LEASE_EVERY_NS = TimeUnit.SECONDS.toNanos(1);
    static final long IDLE_LEASE_EVERY_NS = TimeUnit.SECONDS.toNanos(5);
    /** A lease lasts three times as long as until the next one. */
    static final int LEASE_TIMES = 3;
    private static final int ENTRIES_A_ROUND = 64;
    private static final String STALLED = "answers that were started do not run: others compute on all threads that carry answers";
    private static final String FULL = "the disk of the journals is full";
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Tailer<Request> requests;
    private final ResponseAppender responses;
    private final Responders responders;
    private final Recovery recovery;
    private final Replay replay;
    private final DiskRoom room;
    private final Positions start;
    private final long replayEnd;
    private final int concurrency;
    private final long aheadBytes;
    private final Clock clock;
    private final long producer;

    private final OpenAnswers open;
    private final FairQueue<Answer> waiting = new FairQueue<>();
    /** Whether all has been read that was there at the start. */
    private boolean hasCaughtUp;
    private final Queue<StreamId> ended = new ConcurrentLinkedQueue<>();
    private final Queue<Answer> returned = new ConcurrentLinkedQueue<>();
    private final Stragglers stragglers = new Stragglers();
    private Carriers carriers = new Carriers();
    private int running;
    /** Whether what ran was ended for want of room. */
    private boolean wasFull;
    private long leasedNs;
    /** As the last lease told. */
    private Lease.State toldState = Lease.State.SERVING;
    private String toldTrouble = "";
    /** When the next lease was to be given, as the last one told. */
    private long promisedNs = IDLE_LEASE_EVERY_NS;
    /** When the next wake is due that has been asked for. */
    private long wakeNs;
    /** Of the entry that is read, and of the one before it. */
    private long entry;
    private long entryBefore;
    private volatile Runnable wake = () -> { };
    private volatile LongConsumer wakeAfterNs = delayNs -> { };

    /**
     * A dispatcher that goes on where an earlier run stopped.
     *
     * @param requests  stands after where it starts
     * @param recovery  what the earlier run had done
     * @param replay    reads the text again of what is gone on with
     * @param room      on the disk of the journals
     * @param replayEnd position of the newest request of that time: frames for requests up to it may be anywhere after
     *                  the start
     */
    Dispatcher(Tailer<Request> requests, ResponseAppender responses, Responders responders, Recovery recovery, Replay replay,
            DiskRoom room, long replayEnd, int concurrency, long aheadBytes, Clock clock, long producer) {
        this.requests = requests;
        this.responses = responses;
        this.responders = responders;
        this.recovery = recovery;
        this.replay = replay;
        this.room = room;
        this.start = recovery.start();
        this.replayEnd = replayEnd;
        this.entry = start.request();
        this.concurrency = concurrency;
        this.aheadBytes = aheadBytes;
        this.clock = clock;
        this.producer = producer;
        this.leasedNs = clock.nanoTime() - IDLE_LEASE_EVERY_NS;
        this.wakeNs = leasedNs;
        this.open = new OpenAnswers(start, recovery.takeRunning().stream().map(each -> takeUp(each.query(), each)).toList(), leasedNs);
    }

    /** An answer that an earlier run had begun: it waits for another turn, or ends. */
    private Answer takeUp(Query query, RecoveredAnswer recovered) {
        Responder responder = responder(query);
        String obstacle = responder == null ? nobody(query) : recovered.obstacle(responder instanceof ResumableResponder && query.isKnown());
        if (obstacle != null) {
            return Answer.abandoned(query, responses, recovered, obstacle);
        }
        Answer answer = Answer.recovered(query, responses, aheadBytes, recovered, leasedNs);
        waiting.add(answer.account(), answer);
        return answer;
    }

    /** The responder that the query names; null if there is none of that name. */
    private Responder responder(Query query) {
        return responders.find(query.terms().responder());
    }

    /** The detail of a query without a responder. */
    private static String nobody(Query query) {
        return Detail.oneLine("no responder is called '" + query.terms().responder() + "'");
    }

    /**
     * Sets who wakes the agent's thread.
     *
     * @param wake        at once: there is work
     * @param wakeAfterNs after so many nanoseconds: there will be
     */
    void connect(Runnable wake, LongConsumer wakeAfterNs) {
        this.wake = wake;
        this.wakeAfterNs = wakeAfterNs;
    }

    /** Sets what looks after the threads of answers, and is told how many there are. */
    void connect(Carriers carriers) {
        this.carriers = carriers;
    }

    /** The end of this stream is in the journal. Any thread. */
    void onEnd(StreamId stream) {
        ended.add(stream);
        wake.run();
    }

    private void onReturn(Answer answer) {
        returned.add(answer);
        wake.run();
    }

    /** The positions that the producer has come to. Any thread. */
    Positions positions() {
        return open.positions();
    }

    /** The positions for a checkpoint. Any thread. */
    Positions checkpoint() {
        return open.checkpoint();
    }

    @Override
    public String role() {
        return "dispatcher";
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        // Taken before all else: the ends up to there are settled in this round, and frames for what is polled in it cannot
        // come before it.
        long newest = responses.position();
        // Once a round, so that what is started is not passed over by the round that ends what runs.
        DiskRoom.Level level = room.level();
        int work = settle(nowNs) + poll(newest, nowNs) + end(level, nowNs) + start(level, nowNs) + renewLease(level, nowNs);
        open.sayRunning(nowNs);
        if (work > 0) {
            open.advance(new Positions(entry, newFramesFrom(newest)));
        }
        return work;
    }

    /** Position from which on there are frames of queries that are read from now on. */
    private long newFramesFrom(long newest) {
        return entry < replayEnd ? start.response() : newest;
    }

    private int settle(long nowNs) {
        int work = 0;
        for (StreamId stream = ended.poll(); stream != null; stream = ended.poll()) {
            open.remove(stream);
            work++;
        }
        for (Answer answer = returned.poll(); answer != null; answer = returned.poll()) {
            running--;
            stragglers.returned(answer, nowNs);
            work++;
        }
        stragglers.look(nowNs);
        return work;
    }

    private int poll(long newest, long nowNs) {
        long response = newFramesFrom(newest);
        int read = requests.poll(request -> onRequest(request, response, nowNs), ENTRIES_A_ROUND);
        if (!hasCaughtUp && (read < ENTRIES_A_ROUND || requests.position() >= replayEnd)) {
            hasCaughtUp = true;
            recovery.takeLost().forEach((stream, recovered) -> open.add(takeUp(Query.unknown(stream, 0), recovered)));
        }
        return read;
    }

    private void onRequest(Request request, long response, long nowNs) {
        if (requests.position() != entry) {
            entryBefore = entry;
            entry = requests.position();
        }
        switch (request) {
            case Query query -> accept(query, new Positions(entryBefore, response));
            case Cancel cancel -> cancel(cancel, new Positions(entryBefore, response), nowNs);
            case Watched _ -> {
                // For streamers.
            }
            case Credit credit -> {
                Answer answer = open.find(credit.stream());
                if (answer != null) {
                    answer.credit(credit.offset());
                }
            }
        }
    }

    private void accept(Query query, Positions positions) {
        RecoveredAnswer recovered = entry <= replayEnd ? recovery.take(query, entry) : null;
        if (recovered == null) {
            open.hold(takeUp(query), positions);
        } else if (!recovered.hasEnded()) {
            open.hold(takeUp(query, recovered), positions);
        }
    }

    /** An answer that is new: it waits for its turn, or ends. */
    private Answer takeUp(Query query) {
        Answer answer = new Answer(query, entry, responses, aheadBytes);
        if (responder(query) == null) {
            answer.end(Outcome.FAILED, nobody(query));
        } else {
            waiting.add(answer.account(), answer);
        }
        return answer;
    }

    /** Until the end is in the journal, a next run must find the cancel. */
    private void cancel(Cancel cancel, Positions positions, long nowNs) {
        Answer answer = open.find(cancel.stream());
        if (answer != null) {
            open.hold(answer, positions);
            waiting.remove(answer.account(), answer);
            if (answer.cancel(cancel.reason())) {
                stragglers.expect(answer, nowNs);
            }
        }
    }

    /** Ends what runs, once, when the disk is all but full. */
    private int end(DiskRoom.Level level, long nowNs) {
        boolean isFull = level.compareTo(DiskRoom.Level.FULL) >= 0;
        if (isFull == wasFull) {
            return 0;
        }
        wasFull = isFull;
        if (!isFull) {
            return 1;
        }
        List<Answer> failed = open.failRunning(FULL);
        failed.forEach(answer -> stragglers.expect(answer, nowNs));
        LOG.warn("{} answers were ended: {}", failed.size(), FULL);
        return 1;
    }

    /** Not before all is read that waits since an earlier run: else whoever asked first would have all the places. */
    private int start(DiskRoom.Level level, long nowNs) {
        int work = 0;
        while (hasCaughtUp && level == DiskRoom.Level.AMPLE && running < concurrency && !waiting.isEmpty()) {
            Answer answer = waiting.poll();
            running++;
            if (answer.recovered() == null) {
                answer.start(responder(answer.query()), nowNs, () -> onReturn(answer));
            } else {
                resume(answer, answer.recovered(), nowNs);
            }
            work++;
        }
        return work;
    }

    private void resume(Answer answer, RecoveredAnswer recovered, long nowNs) {
        ResumableResponder responder = (ResumableResponder) responder(answer.query());
        answer.started(nowNs);
        replay.read(answer.stream(), recovered.position(), (int) recovered.offset(), utf8 -> {
            if (utf8 != null) {
                answer.resume(responder, utf8, () -> onReturn(answer));
            } else {
                answer.end(Outcome.FAILED, RecoveredAnswer.GONE);
                onReturn(answer);
            }
        });
    }

    private int renewLease(DiskRoom.Level level, long nowNs) {
        carriers.running(running);
        Lease.State state = carriers.isStalled() ? Lease.State.STALLED : Lease.State.SERVING;
        long everyNs = open.isEmpty() ? IDLE_LEASE_EVERY_NS : LEASE_EVERY_NS;
        // A lease given while an answer was open must not run out because that has ended since.
        boolean isDue = nowNs - leasedNs >= Math.min(everyNs, promisedNs) || state != toldState || !stragglers.trouble().equals(toldTrouble);
        boolean isGiven = isDue && level != DiskRoom.Level.NONE;
        if (isGiven) {
            leasedNs = nowNs;
            promisedNs = everyNs;
            toldState = state;
            toldTrouble = stragglers.trouble();
            appendLease(LEASE_TIMES * TimeUnit.NANOSECONDS.toMillis(everyNs), state, trouble());
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

    /** What the positions rest on is in the journal already, so it comes before the lease that tells of them. */
    private void appendLease(long forMs, Lease.State state, String trouble) {
        responses.append(new Lease(producer, System.currentTimeMillis(), forMs, open.positions().request(), Math.max(0, concurrency - running), false,
                state, trouble));
    }

    @Override
    public void onClose() {
        if (room.level() != DiskRoom.Level.NONE) {
            // Nobody need wait for the last one to run out.
            appendLease(0, Lease.State.GONE, "");
        }
        requests.close();
    }
}
