package io.mpstream.producer;

import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.Sha256;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.trace.QuerySpan;
import java.security.MessageDigest;

/**
 * Writes the frames of one answer: one start, text that follows on text, one end with the digest of it all. Confined to whoever has the appender's
 * hand, except for calls before that knows of it, and where a method says otherwise.
 */
final class FrameWriter {
    private final Query query;
    private final StreamId stream;
    /** Of the query's entry in the request journal. */
    private final long queryPosition;
    private final Draft draft;
    private final Runnable onStart;
    /** Set once, when the answer has its turn. */
    private volatile QuerySpan span = QuerySpan.NONE;
    private long offset;
    /** When text or the start came last, in wall-clock milliseconds; 0 if not in this run, and not known. */
    private long heardAtMs;
    /** Null before there is text, or while the text of another run has not been read again. */
    private MessageDigest digest;
    /** Whether the digest, if there is one, is of all the text. */
    private boolean isDigested = true;
    private boolean hasStarted;
    private boolean hasEnded;
    /** Whether that the answer runs was appended since the last commit. */
    private boolean isSaid;
    /** The offset as far as it is in the journal; negative before anything is. */
    private volatile long committed = -1;
    private volatile long runningFrom = Journal.START;

    /** The next in the list of those with something to take; owned by whoever has this one in its list. */
    FrameWriter next;

    /**
     * No frames yet, or those of an earlier run. The start of those is not written again, even if that one has left the journal: to a reader of
     * what is left, the text would begin with it, and lack what comes before it.
     *
     * @param queryPosition of the query's entry in the request journal
     * @param aheadBytes    how many more than its readers have there may be
     * @param recovered     the part that another run had done; null if none had
     * @param onStart       called, with the appender's hand, when the start is in the journal
     */
    FrameWriter(Query query, long queryPosition, long aheadBytes, RecoveredAnswer recovered, Runnable onStart) {
        this.query = query;
        this.stream = query.stream();
        this.queryPosition = queryPosition;
        this.onStart = onStart;
        if (recovered != null) {
            offset = recovered.offset();
            committed = offset;
            heardAtMs = recovered.heardAtMs();
            hasStarted = true;
            runningFrom = recovered.runningFrom();
            isDigested = recovered.isDigested();
            digest = isDigested ? recovered.digest() : null;
        }
        draft = new Draft(offset, aheadBytes);
    }

    StreamId stream() {
        return stream;
    }

    /** The draft that the frames are made of. Any thread. */
    Draft draft() {
        return draft;
    }

    /** Sets the span that is told of the first text of this run, and of the end. Any thread. */
    void span(QuerySpan span) {
        this.span = span;
    }

    /** Takes in the text so far, which was read again. Before any more text, or the end, is known of. */
    void digest(byte[] utf8) {
        if (!isDigested) {
            digest().update(utf8);
            isDigested = true;
        }
    }

    /**
     * Appends the frames that have come up since the last time.
     *
     * @param view    a frame to use
     * @param scratch an array to use, of {@link Utf8Buffer#BYTES_MAX}
     * @return bytes of text, and of the query if that was appended
     */
    int appendTo(Appender<? super Frame> frames, Text view, byte[] scratch, long producer) {
        int taken;
        boolean isStarted;
        boolean isRunningDue;
        Outcome outcome;
        String detail;
        Notes notes;
        synchronized (draft) {
            taken = draft.moveTo(scratch);
            isStarted = draft.isStarted();
            isRunningDue = draft.takeRunningDue();
            outcome = draft.outcome();
            detail = draft.detail();
            notes = draft.notes();
        }
        draft.wakeWriter();
        long nowMs = System.currentTimeMillis();
        if (isStarted) {
            start(frames, producer, nowMs);
        }
        if (isRunningDue && outcome == null) {
            isSaid = true;
            frames.append(new Running(query, offset, heardAtMs == 0 ? nowMs : heardAtMs));
        }
        if (taken > 0) {
            text(frames, view, scratch, taken, nowMs);
        }
        if (outcome != null) {
            end(frames, outcome, detail, notes, nowMs);
        }
        return isSaid ? taken + query.bytes() : taken;
    }

    private void start(Appender<? super Frame> frames, long producer, long nowMs) {
        if (!hasStarted) {
            hasStarted = true;
            heardAtMs = nowMs;
            frames.append(new Started(stream, producer, queryPosition, nowMs));
        }
    }

    private void text(Appender<? super Frame> frames, Text view, byte[] utf8, int bytes, long nowMs) {
        heardAtMs = nowMs;
        if (offset == 0) {
            span.event(QuerySpan.FIRST_TEXT, nowMs);
        }
        frames.append(view.set(stream.high(), stream.low(), offset, utf8, 0, bytes, nowMs));
        digest().update(utf8, 0, bytes);
        offset += bytes;
    }

    /** Appends the end, the first time. Its digest is 32 zero bytes, which no real one is, if not all the text was read again. */
    private void end(Appender<? super Frame> frames, Outcome outcome, String detail, Notes notes, long nowMs) {
        if (!hasEnded) {
            hasEnded = true;
            byte[] sha256 = isDigested ? digest().digest() : new byte[End.SHA256_LENGTH];
            End end = new End(stream, offset, outcome, detail, sha256, nowMs, notes);
            frames.append(end);
            span.end(end);
        }
    }

    /**
     * Takes note that all that was appended is in the journal.
     *
     * @param before position of an entry that comes before all of that
     * @return whether that was the end
     */
    boolean onCommit(long before) {
        boolean isFirst = committed < 0;
        committed = offset;
        if (isSaid) {
            isSaid = false;
            runningFrom = before;
        }
        if (isFirst && hasStarted) {
            onStart.run();
        }
        return hasEnded;
    }

    /** Bytes of text that are in the journal; negative while not even the start is. Any thread. */
    long committed() {
        return committed;
    }

    /** Position of an entry from which on there is a frame that says that the answer runs; {@link Journal#START} if there is none. Any thread. */
    long runningFrom() {
        return runningFrom;
    }

    private MessageDigest digest() {
        if (digest == null) {
            digest = Sha256.start();
        }
        return digest;
    }
}
