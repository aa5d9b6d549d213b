package io.mpstream.streamer.hub;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sessions of one I/O thread that have something to pump. Whoever wakes the first one hands the whole lot over to
 * that thread; those that are woken before it gets there ride along. So a round of the hub costs one hand-over an I/O
 * thread, however many sessions it feeds.
 */
public final class PumpLoop implements Runnable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Executor ioThread;
    /** Shared by all sessions of the thread: each fills it, writes it, and leaves nothing in it. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final AtomicReference<Session> dirty = new AtomicReference<>();

    /** The loop of the thread that runs what is given to this executor. */
    public PumpLoop(Executor ioThread) {
        this.ioThread = ioThread;
    }

    /** The session has something to pump. Any thread; once until it is pumped. */
    void add(Session session) {
        Session head;
        do {
            head = dirty.get();
            session.nextDirty = head;
        } while (!dirty.compareAndSet(head, session));
        if (head == null) {
            ioThread.execute(this);
        }
    }

    /** An empty buffer, for use until the caller returns. I/O thread. */
    ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Pumps them all. I/O thread. */
    @Override
    public void run() {
        Session session = dirty.getAndSet(null);
        while (session != null) {
            // Read first: once it pumps it may be woken, and be in the next list.
            Session next = session.nextDirty;
            session.nextDirty = null;
            session.pump();
            session = next;
        }
    }
}
