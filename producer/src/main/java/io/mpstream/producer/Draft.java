package io.mpstream.producer;

/**
 * The text of an answer on its way from the responder's threads to the appender: how much there is, how far it may run ahead of its readers,
 * and whose turn it is to add to it. Guarded by the answer that owns it, except where a method says otherwise.
 */
final class Draft {
    private final Utf8Buffer buffer = new Utf8Buffer();
    private final Pen pen = new Pen();
    private final long aheadBytes;
    /** Bytes from the start of the answer; without half a surrogate pair that waits for its other half. */
    private long written;
    private volatile long credit;

    /**
     * Of an answer of which there is text already.
     *
     * @param written    its bytes
     * @param aheadBytes how many more than its readers have there may be
     */
    Draft(long written, long aheadBytes) {
        this.written = written;
        this.credit = written;
        this.aheadBytes = aheadBytes;
    }

    /**
     * Adds what there is room for, unless others have their turn. When that is not all, the thread that calls is in line from then on: in its
     * turn it goes on, and at last it passes the pen.
     *
     * @param from   where in {@code text} to begin
     * @param hasPen whether it is this thread's turn
     * @return where it stopped
     * @throws IllegalArgumentException if the text is not Unicode; what comes before that place has been added
     */
    int add(CharSequence text, int from, boolean hasPen) {
        int before = buffer.length();
        int at = from;
        try {
            if ((hasPen || pen.isFree()) && written - credit < aheadBytes) {
                at = buffer.append(text, from);
            }
        } finally {
            written += buffer.length() - before;
        }
        if (!hasPen && at < text.length()) {
            pen.await(Thread.currentThread());
        }
        return at;
    }

    /** Whether it is this thread's turn. */
    boolean isTurnOf(Thread writer) {
        return pen.isHeldBy(writer);
    }

    /** Whoever had the pen is done: the next one goes on. */
    void passPen() {
        pen.pass();
    }

    /** Whether one more character may be added. */
    boolean hasRoom() {
        return written - credit < aheadBytes && buffer.hasRoom();
    }

    /** Whether there is anything to take. */
    boolean hasText() {
        return buffer.length() > 0;
    }

    /** Moves everything out; returns how many bytes. */
    int moveTo(byte[] target) {
        return buffer.moveTo(target);
    }

    /** Forgets what has not been taken. */
    void clear() {
        buffer.clear();
    }

    /** The furthest reader has come this far. One thread, which need not have the lock. */
    void credit(long offset) {
        if (offset > credit) {
            credit = offset;
            pen.wake();
        }
    }

    /** Something has changed for whoever has the pen. Any thread, without the lock. */
    void wakeWriter() {
        pen.wake();
    }

    /**
     * Does nothing if the text is whole.
     *
     * @throws IllegalStateException if something is missing that was to be written
     */
    void requireWhole() {
        if (!pen.isFree()) {
            throw new IllegalStateException("the responder returned while another of its threads was writing");
        }
        if (buffer.hasHalf()) {
            throw new IllegalStateException("the text ends with half of a surrogate pair");
        }
    }
}
