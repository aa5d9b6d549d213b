package io.mpstream.producer;

import io.mpstream.journal.Appender;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * A running responder with its offset. What the responder writes lands in a small buffer; the appender thread takes
 * all that is there as one frame. So a fast responder makes large frames and a slow one is read at once, and neither
 * makes an object a write.
 *
 * <p>Three threads meet here: the responder's writes, the appender's takes, the dispatcher's cancels and credits. What they share
 * is guarded by this object's lock, which is held only to copy bytes or set a flag.
 */
final class Answer implements Reply {
    private final StreamId stream;
    /** Null of an answer that only needs its end. */
    private final Query query;
    private final ResponseAppender appender;
    private final Place place;

    // Guarded by this.
    private final Draft draft;
    private boolean isDirty;
    private boolean isStarted;
    private boolean isReminded;
    private long startedNs;
    private Outcome outcome;
    private String detail;
    private Thread thread;

    private volatile boolean isCancelled;
    /** Confined to the appender thread, once another thread than the dispatcher's knows of it, but for what it says of itself. */
    private final FrameSequence sequence;

    /** What another run had done of it, until it is gone on with; else null. Confined to the dispatcher thread. */
    private Begun begun;
    /** Read again, for the responder to take; guarded by this. */
    private String textSoFar;

    /** The next answer in the list of those with something to take; owned by whoever has this one in its list. */
    Answer nextDirty;

    /**
     * An answer that has not started.
     *
     * @param place where its query stands
     */
    Answer(Query query, Place place, ResponseAppender appender, long aheadBytes) {
        this(query.stream(), query, place, appender, aheadBytes, null);
    }

    private Answer(StreamId stream, Query query, Place place, ResponseAppender appender, long aheadBytes, Begun begun) {
        this.sequence = new FrameSequence(stream, begun);
        this.stream = stream;
        this.query = query;
        this.place = place;
        this.appender = appender;
        this.draft = new Draft(sequence.offset(), aheadBytes);
        this.begun = begun;
    }

    /**
     * What is left of an answer that an earlier run had begun and nobody can go on with: its end, with this detail for clients, which
     * is on its way when this returns. The place is where its query stands, or some place after it when that is carried.
     */
    static Answer abandoned(StreamId stream, Place place, ResponseAppender appender, Begun begun, String detail) {
        Answer answer = new Answer(stream, null, place, appender, 0, begun);
        answer.end(Outcome.FAILED, detail);
        return answer;
    }

    /** An answer that an earlier run had begun and that is to be gone on with, when it has its turn; its place is as that of one that is abandoned. */
    static Answer begun(Query query, Place place, ResponseAppender appender, long aheadBytes, Begun begun) {
        return new Answer(query.stream(), query, place, appender, aheadBytes, begun);
    }

    StreamId stream() {
        return stream;
    }

    /** Whose turn it takes. */
    String account() {
        return query == null ? "" : query.account();
    }

    Place place() {
        return place;
    }

    /** Bytes of text that are in the journal; negative while not even the start is. Any thread. */
    long committed() {
        return sequence.committed();
    }

    /** What the responder runs on, in time; null before that is known. Any thread. */
    synchronized Thread thread() {
        return thread;
    }

    /** Whether it was started at least so long ago, and its start is in the journal. */
    synchronized boolean hasRunFor(long durationNs, long nowNs) {
        return isStarted && nowNs - startedNs >= durationNs && committed() >= 0;
    }

    /** What another run had done of it; null of one that is new. Dispatcher thread. */
    Begun begun() {
        return begun;
    }

    /**
     * Starts the responder on a virtual thread, when the start is in the journal: else a next run could not know that it was called.
     * Dispatcher thread.
     *
     * @param onReturn called on that thread when it has returned
     */
    void start(Responder responder, long nowNs, Runnable onReturn) {
        boolean becameDirty;
        synchronized (this) {
            started(nowNs);
            thread = ResponderCall.thread(this, responder, () -> responder.respond(query, this), onReturn);
            becameDirty = markDirty();
        }
        announce(becameDirty);
    }

    /** It has its turn: it runs from now on. Dispatcher thread. */
    synchronized void started(long nowNs) {
        begun = null;
        isStarted = true;
        startedNs = nowNs;
    }

    /**
     * Goes on, on a virtual thread, unless it has been cancelled since it had its turn. Any thread; once, after {@link #started}.
     *
     * @param utf8     all its text so far
     * @param onReturn called when the responder has returned, or is not wanted any more
     */
    void resume(ResumableResponder responder, byte[] utf8, Runnable onReturn) {
        synchronized (this) {
            if (outcome == null) {
                // The appender does not look at it before there is more text, or an end.
                sequence.digest(utf8);
                textSoFar = new String(utf8, StandardCharsets.UTF_8);
            }
            thread = ResponderCall.thread(this, responder, () -> responder.resume(query, takeTextSoFar(), this), onReturn);
        }
        launch();
    }

    /** Held by nobody but the responder from then on: it may be long, and an answer runs for weeks. */
    private synchronized String takeTextSoFar() {
        String text = textSoFar;
        textSoFar = null;
        return text;
    }

    @Override
    public void write(CharSequence text) {
        int at = append(text, 0, false);
        if (at < text.length()) {
            goOn(text, at);
        }
    }

    /** Takes as much as there is room for, unless others are in the middle of a call; returns where this thread is to go on, in its turn. */
    private int append(CharSequence text, int from, boolean hasPen) {
        int at;
        boolean becameDirty;
        synchronized (this) {
            requireOpen();
            try {
                at = draft.add(text, from, hasPen);
            } catch (RuntimeException e) {
                // What comes before it is as good as written.
                announce(draft.hasText() && markDirty());
                throw e;
            }
            becameDirty = draft.hasText() && markDirty();
        }
        announce(becameDirty);
        return at;
    }

    /** Waits for its turn, and while the buffer is full or the readers are too far behind. */
    private void goOn(CharSequence text, int from) {
        boolean isInterrupted = false;
        try {
            for (int at = from; at < text.length(); at = append(text, at, true)) {
                while (!mayGoOn()) {
                    LockSupport.park(this);
                    isInterrupted |= Thread.interrupted();
                }
            }
        } finally {
            passPen();
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized boolean mayGoOn() {
        return draft.isTurnOf(Thread.currentThread()) && (outcome != null || draft.hasRoom());
    }

    private synchronized void passPen() {
        draft.passPen();
    }

    @Override
    public boolean cancelled() {
        return isCancelled;
    }

    private void requireOpen() {
        if (isCancelled) {
            throw new CancelledException(detail);
        }
        if (outcome != null) {
            throw new IllegalStateException("the answer has ended: nothing can be written to it any more");
        }
    }

    /** The furthest reader has come this far. Dispatcher thread. */
    void credit(long offset) {
        draft.credit(offset);
    }

    /**
     * Nobody wants the rest. Dispatcher thread.
     *
     * @return whether its responder is called, and so is to return
     */
    boolean cancel(String reason) {
        return stop(Outcome.CANCELLED, reason, true) && thread() != null;
    }

    /** There is no room for the rest, nor for what is not in the journal yet; false if it does not run. Dispatcher thread. */
    boolean fail(String reason) {
        return stop(Outcome.FAILED, reason, false);
    }

    private boolean stop(Outcome how, String reason, boolean keepsText) {
        boolean becameDirty;
        Thread running;
        synchronized (this) {
            if (outcome != null || !isStarted && !keepsText) {
                return false;
            }
            isCancelled = true;
            if (!keepsText) {
                draft.clear();
            }
            becameDirty = settle(how, reason);
            running = thread;
        }
        announce(becameDirty);
        draft.wakeWriter();
        if (running != null) {
            running.interrupt();
        }
        return true;
    }

    /** Ends the answer unless it has ended. Any thread. */
    void end(Outcome how, String reason) {
        boolean becameDirty;
        synchronized (this) {
            becameDirty = outcome == null && settle(how, reason);
        }
        announce(becameDirty);
        draft.wakeWriter();
    }

    /**
     * Ends the answer as whole, unless it has ended. Any thread.
     *
     * @throws IllegalStateException if something is missing that was to be written
     */
    void complete() {
        boolean becameDirty;
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            draft.requireWhole();
            becameDirty = settle(Outcome.COMPLETED, "");
        }
        announce(becameDirty);
    }

    /** Under the lock; returns whether it must be announced. */
    private boolean settle(Outcome how, String reason) {
        outcome = how;
        detail = reason;
        return markDirty();
    }

    /** Says again where it stands, for readers of what is left of the journal: its other frames may leave. Any thread. */
    void remind() {
        boolean becameDirty;
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            isReminded = true;
            becameDirty = markDirty();
        }
        announce(becameDirty);
    }

    private boolean markDirty() {
        boolean becameDirty = !isDirty;
        isDirty = true;
        return becameDirty;
    }

    private void announce(boolean becameDirty) {
        if (becameDirty) {
            appender.take(this);
        }
    }

    /**
     * Appends the frames that have come up since the last time. Appender thread.
     *
     * @param view    a frame to use
     * @param scratch an array to use, of {@link Utf8Buffer#BYTES_MAX}
     * @return bytes of text
     */
    int appendTo(Appender<? super Frame> frames, Text view, byte[] scratch, long producer) {
        int taken;
        Outcome ending;
        boolean hasStarted;
        boolean wasReminded;
        synchronized (this) {
            isDirty = false;
            taken = draft.moveTo(scratch);
            ending = outcome;
            hasStarted = isStarted;
            wasReminded = isReminded;
            isReminded = false;
        }
        draft.wakeWriter();
        long nowMs = System.currentTimeMillis();
        if (hasStarted) {
            sequence.start(frames, producer, nowMs);
        }
        if (taken > 0) {
            sequence.text(frames, view, scratch, taken, nowMs);
        } else if (wasReminded && ending == null) {
            sequence.remind(frames, view, scratch, nowMs);
        }
        if (ending != null) {
            sequence.end(frames, ending, detail, nowMs);
        }
        return taken;
    }

    /**
     * What it has appended is in the journal. Appender thread.
     *
     * @param before position of an entry that comes before all of that
     * @return whether that was its end
     */
    boolean onCommit(long before) {
        boolean isFirst = committed() < 0;
        sequence.committed(before);
        if (isFirst) {
            launch();
        }
        return sequence.hasEnded();
    }

    /** Unless it never had its turn. One that has ended since gives its place back, without calling the responder. */
    private void launch() {
        Thread virtual = thread();
        if (virtual != null) {
            virtual.start();
        }
    }

    /** Position of an entry after which there is a frame of this answer; {@link Journal#START} if none is known of. Any thread. */
    long framesAfter() {
        return sequence.framesAfter();
    }
}
