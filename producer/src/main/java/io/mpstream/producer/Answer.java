package io.mpstream.producer;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The answer to one query, from its turn to its end. Confined to the dispatcher thread, except where a method says otherwise. */
final class Answer {
    private final StreamId stream;
    /** Null of an answer that only needs its end. */
    private final Query query;
    private final Positions positions;
    private final FrameWriter writer;
    private final Pen pen;

    private boolean isStarted;
    private long startedNs;
    private volatile Thread thread;

    /** The part that another run had done, until this run goes on with it; else null. */
    private RecoveredAnswer recovered;
    /** Set before the thread is started that takes it. */
    private String textSoFar;

    /**
     * An answer that has not started.
     *
     * @param positions from where on a next run must read to find its query, and its frames
     */
    Answer(Query query, Positions positions, ResponseAppender appender, long aheadBytes) {
        this(query.stream(), query, positions, appender, aheadBytes, null);
    }

    private Answer(StreamId stream, Query query, Positions positions, ResponseAppender appender, long aheadBytes, RecoveredAnswer recovered) {
        this.stream = stream;
        this.query = query;
        this.positions = positions;
        this.writer = new FrameWriter(stream, aheadBytes, recovered);
        this.pen = new Pen(writer, appender);
        this.recovered = recovered;
    }

    /**
     * An answer that an earlier run had begun and nobody can go on with: its end, with this detail for clients, is on its way when this
     * returns. Of one that is carried the positions are later than those of its query.
     */
    static Answer abandoned(StreamId stream, Positions positions, ResponseAppender appender, RecoveredAnswer recovered, String detail) {
        Answer answer = new Answer(stream, null, positions, appender, 0, recovered);
        answer.end(Outcome.FAILED, detail);
        return answer;
    }

    /** An answer that an earlier run had begun and that is to be gone on with, when it has its turn. */
    static Answer recovered(Query query, Positions positions, ResponseAppender appender, long aheadBytes, RecoveredAnswer recovered) {
        return new Answer(query.stream(), query, positions, appender, aheadBytes, recovered);
    }

    /** The stream that holds the answer. Any thread. */
    StreamId stream() {
        return stream;
    }

    /** The query; null of an answer that only needs its end. */
    Query query() {
        return query;
    }

    /** The account whose turn the answer takes. */
    String account() {
        return query == null ? "" : query.account();
    }

    Positions positions() {
        return positions;
    }

    /** Bytes of text that are in the journal; negative while not even the start is. Any thread. */
    long committed() {
        return writer.committed();
    }

    /** Position of an entry after which there is a frame of this answer; {@link Journal#START} if none is known of. Any thread. */
    long framesAfter() {
        return writer.framesAfter();
    }

    /** The responder's thread; null before there is one. Any thread. */
    Thread thread() {
        return thread;
    }

    /** Whether the answer was started at least so long ago, and its start is in the journal. */
    boolean hasRunFor(long durationNs, long nowNs) {
        return isStarted && nowNs - startedNs >= durationNs && committed() >= 0;
    }

    /** The part that another run had done; null of an answer that is new, or that this run has gone on with. */
    RecoveredAnswer recovered() {
        return recovered;
    }

    /**
     * Starts the responder on a virtual thread, when the start is in the journal: else a next run could not know that it was called.
     *
     * @param onReturn called on that thread when it has returned
     */
    void start(Responder responder, long nowNs, Runnable onReturn) {
        started(nowNs);
        Thread virtual = ResponderCall.thread(stream, pen, responder, () -> responder.respond(asked(query), pen), onReturn);
        thread = virtual;
        // One that has ended since gives its place back, without calling the responder.
        writer.onStart(virtual::start);
        pen.start();
    }

    /** The query as a responder gets it: without the attributes that are the server's own. */
    private static io.mpstream.responder.Query asked(Query query) {
        Map<String, String> attributes = new HashMap<>(query.attributes());
        attributes.keySet().removeIf(name -> name.startsWith(Query.RESERVED));
        return new io.mpstream.responder.Query(query.stream().toString(), query.text(), query.user(), attributes, query.acceptedAtMs());
    }

    /** Marks the answer as running: it has its turn. */
    void started(long nowNs) {
        recovered = null;
        isStarted = true;
        startedNs = nowNs;
    }

    /**
     * Goes on, on a virtual thread, unless the answer has been cancelled since it had its turn. Any thread; once, after {@link #started}.
     *
     * @param utf8     all text so far
     * @param onReturn called when the responder has returned, or is not wanted any more
     */
    void resume(ResumableResponder responder, byte[] utf8, Runnable onReturn) {
        if (pen.resume(utf8)) {
            textSoFar = new String(utf8, StandardCharsets.UTF_8);
        }
        Thread virtual = ResponderCall.thread(stream, pen, responder, () -> responder.resume(asked(query), takeTextSoFar(), pen), onReturn);
        thread = virtual;
        virtual.start();
    }

    /** Hands the text to the responder alone: it may be long, and an answer runs for weeks. */
    private String takeTextSoFar() {
        String text = textSoFar;
        textSoFar = null;
        return text;
    }

    /** Moves the credit on: the furthest reader has come this far. */
    void credit(long offset) {
        writer.draft().credit(offset);
    }

    /**
     * Cancels the answer: nobody wants the rest.
     *
     * @return whether its responder is called, and so is to return
     */
    boolean cancel(String reason) {
        return stop(Outcome.CANCELLED, reason, true) && thread != null;
    }

    /** Fails the answer, if it runs, without the text that is not in the journal yet: there is no room for it. Returns whether it ran. */
    boolean fail(String reason) {
        return isStarted && stop(Outcome.FAILED, reason, false);
    }

    private boolean stop(Outcome how, String reason, boolean keepsText) {
        boolean isStopped = pen.cancel(how, reason, keepsText);
        Thread running = thread;
        if (isStopped && running != null) {
            running.interrupt();
        }
        return isStopped;
    }

    /** Ends the answer unless it has ended. Any thread. */
    void end(Outcome how, String reason) {
        pen.end(how, reason);
    }

    /** Says again where the answer stands, for readers of what is left of the journal: its other frames may leave. Any thread. */
    void remind() {
        pen.remind();
    }
}
