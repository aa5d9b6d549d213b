package io.mpstream.producer;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * Whose turn it is to write to an answer, among the calls that could not write all their text at once: they go on in the order in which
 * they came. While there is none, which is nearly always, nobody takes the pen. Guarded by the answer that owns it, but for
 * {@link #wake}.
 */
final class Pen {
    private volatile Thread holder;
    /** Those after it; made when there are two for the first time. */
    private Queue<Thread> line;

    boolean isFree() {
        return holder == null;
    }

    boolean isHeldBy(Thread thread) {
        return holder == thread;
    }

    /** This thread is in a call that is not done: it has the pen, now or in its turn, until it passes it on. */
    void await(Thread thread) {
        if (holder == null) {
            holder = thread;
            return;
        }
        if (line == null) {
            line = new ArrayDeque<>();
        }
        line.add(thread);
    }

    /** The call of whoever has the pen is done. */
    void pass() {
        holder = line == null ? null : line.poll();
        wake();
    }

    /** Something has changed for whoever has the pen. Any thread, without the answer's lock. */
    void wake() {
        Thread waiting = holder;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
