package io.mpstream.producer;

import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;

/**
 * The part of an answer that is on its way to the journal: its start, its text, its end. Three threads meet here: the responder's adds text,
 * the dispatcher starts and cancels, the appender takes all that is there as one frame. So a fast responder makes large frames and a slow one is
 * read at once, and neither makes an object a write.
 *
 * <p>Guarded by its own monitor, which is held only to copy bytes or set a flag. Callers of methods that are not synchronized hold it, except
 * where a method says otherwise. A method that returns whether the draft became dirty leaves it to its caller to tell the appender.
 */
final class Draft {
    private final Utf8Buffer buffer = new Utf8Buffer();
    private final WriteLock lock = new WriteLock();
    private final long aheadBytes;
    /** Bytes from the start of the answer; without half a surrogate pair that waits for its other half. */
    private long written;
    private volatile long credit;
    private boolean isDirty;
    private boolean isStarted;
    private boolean isRunningDue;
    private Outcome outcome;
    private String detail;
    private Notes notes = Notes.NONE;

    /**
     * The draft of an answer of which there is text already, or none.
     *
     * @param written    bytes of that text
     * @param aheadBytes how many more than its readers have there may be
     */
    Draft(long written, long aheadBytes) {
        this.written = written;
        this.credit = written;
        this.aheadBytes = aheadBytes;
    }

    /**
     * Adds what there is room for, unless others have their turn. When that is not all, the calling thread is in line for the write lock from
     * then on: in its turn it goes on, and at last it releases the lock.
     *
     * @param from    where in {@code text} to begin
     * @param hasLock whether the calling thread holds the write lock
     * @return where it stopped
     * @throws IllegalArgumentException if the text is not Unicode; what comes before that place has been added
     */
    int add(CharSequence text, int from, boolean hasLock) {
        int before = buffer.length();
        int at = from;
        try {
            if ((hasLock || lock.isFree()) && written - credit < aheadBytes) {
                at = buffer.append(text, from);
            }
        } finally {
            written += buffer.length() - before;
        }
        if (!hasLock && at < text.length()) {
            lock.enqueue(Thread.currentThread());
        }
        return at;
    }

    /** Whether this thread may go on with a text that did not fit: it is its turn, and there is room or an end. */
    synchronized boolean admits(Thread writer) {
        return lock.isHeldBy(writer) && (hasEnded() || written - credit < aheadBytes && buffer.hasRoom());
    }

    /** Passes the write lock on. */
    synchronized void releaseLock() {
        lock.release();
    }

    /**
     * Adds a note, for the end.
     *
     * @throws IllegalArgumentException if it is none, or one too many
     */
    void note(String name, String value) {
        notes = notes.with(name, value);
    }

    /** What was said besides the text. */
    Notes notes() {
        return notes;
    }

    /** Whether text is there to take. */
    boolean hasText() {
        return buffer.length() > 0;
    }

    /** Marks that there is something to take; returns whether the draft became dirty. */
    boolean markDirty() {
        boolean becameDirty = !isDirty;
        isDirty = true;
        return becameDirty;
    }

    /** Marks the answer as started; returns whether the draft became dirty. Any thread. */
    synchronized boolean start() {
        isStarted = true;
        return markDirty();
    }

    boolean isStarted() {
        return isStarted;
    }

    /** Asks for a frame that says that the answer runs, unless it has ended; returns whether the draft became dirty. Any thread. */
    synchronized boolean sayRunning() {
        if (hasEnded()) {
            return false;
        }
        isRunningDue = true;
        return markDirty();
    }

    /** Ends the answer, unless it has ended; returns whether the draft became dirty. Any thread. */
    synchronized boolean end(Outcome how, String reason) {
        if (hasEnded()) {
            return false;
        }
        outcome = how;
        detail = reason;
        return markDirty();
    }

    /**
     * Ends the answer as whole, unless it has ended; returns whether the draft became dirty. Any thread.
     *
     * @throws IllegalStateException if something is missing that was to be written
     */
    synchronized boolean complete() {
        if (!hasEnded()) {
            requireWhole();
        }
        return end(Outcome.COMPLETED, "");
    }

    private void requireWhole() {
        if (!lock.isFree()) {
            throw new IllegalStateException("the responder returned while another of its threads was writing");
        }
        if (buffer.hasHalf()) {
            throw new IllegalStateException("the text ends with half of a surrogate pair");
        }
    }

    boolean hasEnded() {
        return outcome != null;
    }

    /** The outcome, or null before the end. */
    Outcome outcome() {
        return outcome;
    }

    /** The detail of the end, or null before it. */
    String detail() {
        return detail;
    }

    /** Moves the text out, from when on the draft is not dirty; returns how many bytes. */
    int moveTo(byte[] target) {
        isDirty = false;
        return buffer.moveTo(target);
    }

    /** Whether a frame that says that the answer runs was asked for since the last call. */
    boolean takeRunningDue() {
        boolean wasDue = isRunningDue;
        isRunningDue = false;
        return wasDue;
    }

    /** Forgets the text that has not been taken. */
    void clear() {
        buffer.clear();
    }

    /** Moves the credit on: the furthest reader has come this far. One thread, which need not hold the monitor. */
    void credit(long offset) {
        if (offset > credit) {
            credit = offset;
            lock.wakeHolder();
        }
    }

    /** Wakes the holder of the write lock, for which something has changed. Any thread, without the monitor. */
    void wakeWriter() {
        lock.wakeHolder();
    }
}
