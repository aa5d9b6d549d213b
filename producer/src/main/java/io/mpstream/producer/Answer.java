package io.mpstream.producer;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.trace.QuerySpan;
import io.mpstream.trace.Tracer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The answer to one query, from its turn to its end. Confined to the dispatcher thread, except where a method says otherwise. */
final class Answer {
    /** How often it is said of an answer that it runs, and how long it has run before that is said first. */
    static final long SAY_EVERY_NS = TimeUnit.SECONDS.toNanos(60);

    private final Query query;
    private final Responder responder;
    private final FrameWriter writer;
    private final Pen pen;
    private final Tracer tracer;

    /** Of this run's part of the answer. */
    private QuerySpan span = QuerySpan.NONE;
    private boolean isStarted;
    private boolean isStopped;
    /** Whether that it runs is to be said as soon as it may be: another run had begun it. */
    private boolean isSayDue;
    /** When that is to be said again. */
    private long sayNs;
    private volatile Thread thread;

    /** The part that another run had done, until this run goes on with it; else null. */
    private RecoveredAnswer recovered;
    /** Set before the thread is started that takes it. */
    private String textSoFar;

    /**
     * An answer that has not started in this run.
     *
     * @param position  of the query's entry in the request journal
     * @param responder gives it; null for one that is only to be ended
     * @param recovered the part that another run had done; null if none had
     */
    Answer(Query query, long position, Responder responder, RecoveredAnswer recovered, ResponseAppender appender, long aheadBytes, Tracer tracer) {
        this.query = query;
        this.responder = responder;
        this.writer = new FrameWriter(query, position, aheadBytes, recovered, () -> thread.start());
        this.pen = new Pen(writer, appender);
        this.tracer = tracer;
        this.recovered = recovered;
        this.isSayDue = recovered != null;
    }

    /** The stream that holds the answer. Any thread. */
    StreamId stream() {
        return query.stream();
    }

    /** The query; not a known one of an answer that only needs its end. */
    Query query() {
        return query;
    }

    /** The account whose turn the answer takes. */
    String account() {
        return query.account();
    }

    /** Position of an entry from which on there is a frame that says that the answer runs; {@link Journal#START} if there is none. Any thread. */
    long runningFrom() {
        return writer.runningFrom();
    }

    /** The responder's thread; null before there is one. Any thread. */
    Thread thread() {
        return thread;
    }

    /** Whether it is in the journal that the answer runs. */
    boolean isSaidToRun() {
        return writer.runningFrom() != Journal.START;
    }

    /** Whether it was to be cancelled, or ended for want of room. */
    boolean isStopped() {
        return isStopped;
    }

    /** Says that the answer runs, if it is time: it has run for a minute, or that was said a minute ago, or another run had begun it. */
    void sayRunning(long nowNs) {
        boolean hasBegun = recovered != null || isStarted && writer.committed() >= 0;
        if (hasBegun && (isSayDue || nowNs - sayNs >= 0)) {
            isSayDue = false;
            sayNs = nowNs + SAY_EVERY_NS;
            pen.sayRunning();
        }
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
    void start(long nowNs, Runnable onReturn) {
        started(nowNs);
        // One that has ended since gives its place back, without calling the responder.
        thread = ResponderCall.thread(query, pen, responder, () -> responder.respond(asked(), pen), onReturn);
        pen.start();
    }

    /** The query as a responder gets it. */
    private io.mpstream.responder.Query asked() {
        Map<String, String> attributes = Conversation.attributes(span.in(query));
        if (query.terms().responder() != null) {
            attributes.put("responder", query.terms().responder());
        }
        return new io.mpstream.responder.Query(query.stream().toString(), query.text(), query.user(), attributes, query.acceptedAtMs());
    }

    /** Marks the answer as running: it has its turn. */
    void started(long nowNs) {
        sayNs = recovered == null ? nowNs + SAY_EVERY_NS : sayNs;
        recovered = null;
        isStarted = true;
        span = tracer.begin(query);
        writer.span(span);
    }

    /**
     * Goes on, on a virtual thread, unless the answer has been cancelled since it had its turn. Any thread; once, after {@link #started}, with a
     * responder that can.
     *
     * @param utf8     all text so far
     * @param onReturn called when the responder has returned, or is not wanted any more
     */
    void resume(byte[] utf8, Runnable onReturn) {
        if (pen.resume(utf8)) {
            textSoFar = new String(utf8, StandardCharsets.UTF_8);
        }
        ResumableResponder resumable = (ResumableResponder) responder;
        Thread virtual = ResponderCall.thread(query, pen, responder, () -> resumable.resume(asked(), takeTextSoFar(), pen), onReturn);
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
        boolean isFirst = pen.cancel(how, reason, keepsText);
        isStopped = true;
        Thread running = thread;
        if (isFirst && running != null) {
            running.interrupt();
        }
        return isFirst;
    }

    /** Ends the answer unless it has ended. Any thread. */
    void end(Outcome how, String reason) {
        pen.end(how, reason);
    }
}
