package io.mpstream.producer;

import io.mpstream.journal.Appender;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import java.security.MessageDigest;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running responder with its offset. What the responder writes lands in a small buffer; the appender thread takes
 * all that is there as one frame. So a fast responder makes large frames and a slow one is read at once, and neither
 * makes an object a write.
 *
 * <p>Three threads meet here: the responder's writes, the appender's takes, the dispatcher's cancels and credits. What they share
 * is guarded by this object's lock, which is held only to copy bytes or set a flag.
 */
final class Answer implements Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);
    private static final int DETAIL_LENGTH_MAX = 1_000;
    private static final String ABANDONED = "the producer was restarted while it was answering";

    private final StreamId stream;
    /** Null of an answer that only needs its end. */
    private final Query query;
    private final ResponseAppender appender;
    private final long aheadBytes;
    private final Place place;

    // Guarded by this.
    private final Utf8Buffer buffer = new Utf8Buffer();
    private long written;
    private boolean isDirty;
    private boolean isStarted;
    private long startedNs;
    private Outcome outcome;
    private String detail;
    private Thread thread;

    private volatile long credit;
    private volatile boolean isCancelled;
    private volatile Thread waiter;
    /** The offset as far as it is in the journal; negative before anything of this answer is. Written by the appender thread alone. */
    private volatile long committed = -1;

    // Confined to the appender thread.
    private long offset;
    private MessageDigest digest;
    /** Of an abandoned answer, whose text came up in another run; else null. */
    private byte[] abandonedSha256;
    private boolean isStartAppended;
    private boolean isEndAppended;

    /** The next answer in the list of those with something to take; owned by whoever has this one in its list. */
    Answer nextDirty;

    /**
     * An answer that has not started.
     *
     * @param place where its query stands
     */
    Answer(Query query, Place place, ResponseAppender appender, long aheadBytes) {
        this(query.stream(), query, place, appender, aheadBytes);
    }

    private Answer(StreamId stream, Query query, Place place, ResponseAppender appender, long aheadBytes) {
        this.stream = stream;
        this.query = query;
        this.place = place;
        this.appender = appender;
        this.aheadBytes = aheadBytes;
    }

    /**
     * What is left of an answer that an earlier run had begun and nobody can go on with: its end, which is on its way when
     * this returns.
     *
     * @param place where its query stands, or some place after it when that is carried
     */
    static Answer abandoned(StreamId stream, Place place, ResponseAppender appender, Recovery.Begun begun) {
        Answer answer = new Answer(stream, null, place, appender, 0);
        // No other thread knows it yet.
        answer.offset = begun.offset();
        answer.committed = begun.offset();
        answer.abandonedSha256 = begun.sha256();
        answer.end(Outcome.FAILED, ABANDONED);
        return answer;
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
        return committed;
    }

    /** Whether it was started at least so long ago, and its start is in the journal. */
    synchronized boolean hasRunFor(long durationNs, long nowNs) {
        return isStarted && nowNs - startedNs >= durationNs && committed >= 0;
    }

    /** Starts the responder on a virtual thread; {@code onReturn} is called on that thread when it has returned. */
    void start(Responder responder, long nowNs, Runnable onReturn) {
        Thread virtual = Thread.ofVirtual().name("answer-" + stream)
                .unstarted(() -> run(responder, onReturn));
        virtual.setContextClassLoader(responder.getClass().getClassLoader());
        boolean becameDirty;
        synchronized (this) {
            isStarted = true;
            startedNs = nowNs;
            thread = virtual;
            becameDirty = markDirty();
        }
        announce(becameDirty);
        virtual.start();
    }

    private void run(Responder responder, Runnable onReturn) {
        try {
            responder.respond(query, this);
            end(Outcome.COMPLETED, "");
        } catch (Throwable t) {
            if (!isCancelled) {
                LOG.warn("the responder failed on stream {}", stream, t);
            }
            end(Outcome.FAILED, describe(t));
        } finally {
            onReturn.run();
        }
    }

    private static String describe(Throwable t) {
        String message = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
        String line = message.replaceAll("\\s+", " ").strip();
        return line.length() <= DETAIL_LENGTH_MAX ? line : line.substring(0, DETAIL_LENGTH_MAX);
    }

    @Override
    public void write(CharSequence text) {
        int at = append(text, 0);
        while (at < text.length()) {
            awaitRoom();
            at = append(text, at);
        }
    }

    /** Takes as much as there is room for; returns where it stopped. */
    private int append(CharSequence text, int from) {
        int at = from;
        boolean becameDirty;
        synchronized (this) {
            requireOpen();
            int before = buffer.length();
            if (written - credit < aheadBytes) {
                at = buffer.append(text, from);
            }
            written += buffer.length() - before;
            becameDirty = buffer.length() > 0 && markDirty();
        }
        announce(becameDirty);
        return at;
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

    /** Waits while the buffer is full or the readers are too far behind. */
    private void awaitRoom() {
        boolean isInterrupted = false;
        waiter = Thread.currentThread();
        while (!hasRoom()) {
            LockSupport.park(this);
            isInterrupted |= Thread.interrupted();
        }
        waiter = null;
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean hasRoom() {
        return outcome != null || written - credit < aheadBytes && buffer.hasRoom();
    }

    /** The furthest reader has come this far. Dispatcher thread. */
    void credit(long offset) {
        if (offset > credit) {
            credit = offset;
            wakeWriter();
        }
    }

    /** Nobody wants the rest. Dispatcher thread. */
    void cancel(String reason) {
        Thread running;
        synchronized (this) {
            if (outcome != null) {
                return;
            }
            detail = reason;
            isCancelled = true;
            running = thread;
        }
        end(Outcome.CANCELLED, reason);
        wakeWriter();
        if (running != null) {
            running.interrupt();
        }
    }

    /** Ends the answer unless it has ended. */
    private void end(Outcome outcome, String detail) {
        boolean becameDirty;
        synchronized (this) {
            if (this.outcome != null) {
                return;
            }
            buffer.end();
            this.outcome = outcome;
            this.detail = detail;
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

    private void wakeWriter() {
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /**
     * Appends the frames that have come up since the last time. Appender thread.
     *
     * @param view    a frame to use
     * @param scratch an array to use, of {@link Utf8Buffer#BYTES_MAX}
     */
    void appendTo(Appender<? super Frame> frames, Text view, byte[] scratch, long producer) {
        int taken;
        Outcome ending;
        boolean hasStarted;
        synchronized (this) {
            isDirty = false;
            taken = buffer.moveTo(scratch);
            ending = outcome;
            hasStarted = isStarted;
        }
        wakeWriter();
        long nowMs = System.currentTimeMillis();
        if (hasStarted && !isStartAppended) {
            isStartAppended = true;
            frames.append(new Started(stream, producer, nowMs));
        }
        if (taken > 0) {
            frames.append(view.set(stream.high(), stream.low(), offset, scratch, 0, taken, nowMs));
            digest().update(scratch, 0, taken);
            offset += taken;
        }
        if (ending != null && !isEndAppended) {
            isEndAppended = true;
            byte[] sha256 = abandonedSha256 == null ? digest().digest() : abandonedSha256;
            frames.append(new End(stream, offset, ending, detail, sha256, nowMs));
        }
    }

    private MessageDigest digest() {
        if (digest == null) {
            digest = Sha256.start();
        }
        return digest;
    }

    /** What it has appended is in the journal. Appender thread; returns whether that was its end. */
    boolean onCommit() {
        committed = offset;
        return isEndAppended;
    }
}
