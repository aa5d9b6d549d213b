package io.mpstream.producer;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * A fair lock among the calls that could not write all their text to an answer at once: they go on in the order in which they came. Nearly
 * always nobody holds it. Guarded by the draft that owns it, except for {@link #wakeHolder}.
 */
final class WriteLock {
    private volatile Thread holder;
    /** Threads that come after the holder; made when there are two for the first time. */
    private Queue<Thread> line;

    boolean isFree() {
        return holder == null;
    }

    boolean isHeldBy(Thread thread) {
        return holder == thread;
    }

    /** Gives the lock to a thread, now or in its turn; the thread keeps it until it releases it. */
    void enqueue(Thread thread) {
        if (holder == null) {
            holder = thread;
            return;
        }
        if (line == null) {
            line = new ArrayDeque<>();
        }
        line.add(thread);
    }

    /** Passes the lock on to the next in line, if there is one. */
    void release() {
        holder = line == null ? null : line.poll();
        wakeHolder();
    }

    /** Wakes the holder, for which something has changed. Any thread, without the draft's lock. */
    void wakeHolder() {
        Thread waiting = holder;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
