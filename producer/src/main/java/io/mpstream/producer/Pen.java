package io.mpstream.producer;

import io.mpstream.protocol.Outcome;
import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Reply;
import java.util.concurrent.locks.LockSupport;

/** The reply that a responder has for one answer: what is written goes into the answer's draft, and the appender is told of it. Any thread. */
final class Pen implements Reply {
    private final FrameWriter writer;
    private final Draft draft;
    private final ResponseAppender appender;
    private volatile boolean isCancelled;

    Pen(FrameWriter writer, ResponseAppender appender) {
        this.writer = writer;
        this.draft = writer.draft();
        this.appender = appender;
    }

    @Override
    public void write(CharSequence text) {
        int at = append(text, 0, false);
        if (at < text.length()) {
            goOn(text, at);
        }
    }

    /** Takes as much as there is room for, unless others are in the middle of a call; returns where this thread is to go on, in its turn. */
    private int append(CharSequence text, int from, boolean hasLock) {
        int at;
        boolean becameDirty;
        synchronized (draft) {
            requireOpen();
            try {
                at = draft.add(text, from, hasLock);
            } catch (RuntimeException e) {
                // What comes before it is as good as written.
                announce(draft.hasText() && draft.markDirty());
                throw e;
            }
            becameDirty = draft.hasText() && draft.markDirty();
        }
        announce(becameDirty);
        return at;
    }

    private void requireOpen() {
        if (isCancelled) {
            throw new CancelledException(draft.detail());
        }
        if (draft.hasEnded()) {
            throw new IllegalStateException("the answer has ended: nothing can be written to it any more");
        }
    }

    /** Waits for its turn, and while the buffer is full or the readers are too far behind. */
    private void goOn(CharSequence text, int from) {
        boolean isInterrupted = false;
        try {
            for (int at = from; at < text.length(); at = append(text, at, true)) {
                while (!draft.admits(Thread.currentThread())) {
                    LockSupport.park(this);
                    isInterrupted |= Thread.interrupted();
                }
            }
        } finally {
            draft.releaseLock();
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void note(String name, String value) {
        synchronized (draft) {
            requireOpen();
            draft.note(name, value);
        }
    }

    @Override
    public boolean cancelled() {
        return isCancelled;
    }

    /**
     * Takes in the text so far, which was read again, unless the answer has ended. Before anything is written.
     *
     * @return whether it was taken
     */
    boolean resume(byte[] utf8) {
        synchronized (draft) {
            if (draft.hasEnded()) {
                return false;
            }
            // The appender does not look at the digest before there is more text, or an end.
            writer.digest(utf8);
            return true;
        }
    }

    /** Starts the answer, when the appender takes all there is. */
    void start() {
        if (draft.start()) {
            appender.push(writer);
        }
    }

    /**
     * Ends the answer from outside, unless it has ended; from then on writes throw.
     *
     * @param keepsText whether text that is not in the journal yet is to get there
     * @return whether this ended it
     */
    boolean cancel(Outcome how, String reason, boolean keepsText) {
        boolean becameDirty;
        synchronized (draft) {
            if (draft.hasEnded()) {
                return false;
            }
            isCancelled = true;
            if (!keepsText) {
                draft.clear();
            }
            becameDirty = draft.end(how, reason);
        }
        announce(becameDirty);
        draft.wakeWriter();
        return true;
    }

    /** Ends the answer, unless it has ended. */
    void end(Outcome how, String reason) {
        announce(draft.end(how, reason));
        draft.wakeWriter();
    }

    /**
     * Ends the answer as whole, unless it has ended.
     *
     * @throws IllegalStateException if something is missing that was to be written
     */
    void complete() {
        announce(draft.complete());
    }

    /** Says that the answer runs, unless it has ended. */
    void sayRunning() {
        announce(draft.sayRunning());
    }

    private void announce(boolean becameDirty) {
        if (becameDirty) {
            appender.take(writer);
        }
    }
}
