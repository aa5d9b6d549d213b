package io.mpstream.producer;

import io.mpstream.producer.loading.Responders;
import io.mpstream.protocol.Detail;
import io.mpstream.protocol.FairQueue;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.trace.Tracer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The places of {@code --concurrency}. Answers wait for one round their accounts, and hold it until their responders have returned. Confined to
 * the dispatcher's thread except where a method says otherwise.
 */
final class Places {
    private final Responders responders;
    private final ResponseAppender responses;
    private final Replay replay;
    private final int count;
    private final long aheadBytes;
    private final Runnable wake;
    private final Tracer tracer;

    private final FairQueue<Answer> waiting = new FairQueue<>();
    private final Queue<Answer> returned = new ConcurrentLinkedQueue<>();
    private final Stragglers stragglers = new Stragglers();
    private volatile int taken;
    /** Told to whoever asks; written once a round. */
    private volatile int waitingLast;
    private volatile int stragglersLast;

    /**
     * Places that are all free.
     *
     * @param replay     reads the text again of what is gone on with
     * @param count      answers that run at once
     * @param aheadBytes how many more than its readers have there may be of an answer
     * @param wake       wakes the dispatcher's thread: a place is free again
     * @param tracer     of the answers that have a place
     */
    Places(Responders responders, ResponseAppender responses, Replay replay, int count, long aheadBytes, Runnable wake, Tracer tracer) {
        this.responders = responders;
        this.responses = responses;
        this.replay = replay;
        this.count = count;
        this.aheadBytes = aheadBytes;
        this.wake = wake;
        this.tracer = tracer;
    }

    /**
     * Takes a query up: its answer waits for a place or, if nobody can give it, is ended.
     *
     * @param position  of the query's entry in the request journal
     * @param recovered the part that an earlier run had done; null if none had
     */
    Answer takeUp(Query query, long position, RecoveredAnswer recovered) {
        Responder responder = responders.find(query.terms().responder());
        Answer answer = new Answer(query, position, responder, recovered, responses, aheadBytes, tracer);
        String obstacle = obstacle(query, responder, recovered);
        if (obstacle == null) {
            waiting.add(answer.account(), answer);
        } else {
            answer.end(Outcome.FAILED, obstacle);
        }
        return answer;
    }

    /** The reason why nobody can give the answer, for clients; null if it seems that somebody can. */
    private static String obstacle(Query query, Responder responder, RecoveredAnswer recovered) {
        if (responder == null) {
            return Detail.oneLine("no responder is called '" + query.terms().responder() + "'");
        }
        return recovered == null ? null : recovered.obstacle(responder instanceof ResumableResponder && query.isKnown());
    }

    /** Cancels an answer, which waits no longer. */
    void cancel(Answer answer, String reason, long nowNs) {
        waiting.remove(answer.account(), answer);
        if (answer.cancel(reason)) {
            stragglers.expect(answer, nowNs);
        }
    }

    /** Takes back the places of those whose responders have returned; returns how many. */
    int settle(long nowNs) {
        int work = 0;
        for (Answer answer = returned.poll(); answer != null; answer = returned.poll()) {
            taken--;
            stragglers.returned(answer, nowNs);
            work++;
        }
        stragglers.look(nowNs);
        return work;
    }

    /** Gives the free places to those that wait; returns how many. */
    int start(long nowNs) {
        int work = 0;
        while (taken < count && !waiting.isEmpty()) {
            Answer answer = waiting.poll();
            taken++;
            work++;
            if (answer.recovered() == null) {
                answer.start(nowNs, () -> onReturn(answer));
            } else {
                resume(answer, answer.recovered(), nowNs);
            }
        }
        if (work > 0) {
            responses.takeAll();
        }
        return work;
    }

    private void resume(Answer answer, RecoveredAnswer recovered, long nowNs) {
        answer.started(nowNs);
        replay.read(answer.stream(), recovered.position(), (int) recovered.offset(), utf8 -> {
            if (utf8 != null) {
                answer.resume(utf8, () -> onReturn(answer));
            } else {
                answer.end(Outcome.FAILED, RecoveredAnswer.GONE);
                onReturn(answer);
            }
        });
    }

    /** Any thread. */
    private void onReturn(Answer answer) {
        returned.add(answer);
        wake.run();
    }

    /** A round is over. */
    void roundDone() {
        waitingLast = waiting.size();
        stragglersLast = stragglers.count();
    }

    /** How many wait, as of the last round. Any thread. */
    int waiting() {
        return waitingLast;
    }

    /** How many were ended and have their places for long, as of the last round. Any thread. */
    int stuck() {
        return stragglersLast;
    }

    /** How many have a place. Any thread. */
    int taken() {
        return taken;
    }

    /** Places that nobody has. */
    int free() {
        return Math.max(0, count - taken);
    }

    /** The answers that were ended and still have their places. */
    Stragglers stragglers() {
        return stragglers;
    }
}
