package io.mpstream.streamer.hub;

import io.mpstream.streamer.encoding.Piece;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sessions of one I/O thread. The hub marks sessions as it reads; the first one marked hands the whole lot over to
 * that thread; those that are woken before it gets there ride along. So a round of the hub costs one hand-over an I/O
 * thread, however many sessions it feeds.
 */
public final class PumpLoop implements Runnable {
    private static final int BUFFER_BYTES = 32 * 1024;
    /** Text that lies in several blocks is put together up to here. */
    private static final int GATHERED_BYTES = 32 * 1024;
    private static final long TICK_MS = 500;

    private final IoThread ioThread;
    /** Shared by all sessions of the thread: each fills it, writes it, and leaves nothing in it. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] gathered = new byte[GATHERED_BYTES];
    private final Piece piece = new Piece();
    private final AtomicReference<Session> dirty = new AtomicReference<>();

    /** The sessions that are open, linked through themselves; confined to the I/O thread. */
    private Session first;
    private boolean isTicking;

    /** A thread that runs what it is given. */
    public interface IoThread {
        /** Runs this soon. Any thread. */
        void execute(Runnable task);

        /** Runs this after so many milliseconds. Any thread. */
        void executeAfter(Runnable task, long delayMs);
    }

    /** The loop of one thread. */
    public PumpLoop(IoThread ioThread) {
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

    /** Runs this on the thread, soon. Any thread. */
    public void execute(Runnable task) {
        ioThread.execute(task);
    }

    /** Calls back on this thread. Any thread. */
    public void after(Runnable task, long delayMs) {
        ioThread.executeAfter(task, delayMs);
    }

    /** An empty buffer, for use until the caller returns. I/O thread. */
    ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Room for text, for use until the caller returns. I/O thread. */
    byte[] gathered() {
        return gathered;
    }

    /** A piece, for use until the caller returns. I/O thread. */
    Piece piece() {
        return piece;
    }

    /** The session is open, and is told twice a second from now on. I/O thread. */
    void enter(Session session) {
        session.next = first;
        if (first != null) {
            first.previous = session;
        }
        first = session;
        if (!isTicking) {
            isTicking = true;
            ioThread.executeAfter(this::tick, TICK_MS);
        }
    }

    /** The session is closed. I/O thread. */
    void exit(Session session) {
        if (session.previous != null) {
            session.previous.next = session.next;
        } else {
            first = session.next;
        }
        if (session.next != null) {
            session.next.previous = session.previous;
        }
        session.previous = null;
        session.next = null;
    }

    private void tick() {
        Session session = first;
        long nowMs = System.currentTimeMillis();
        try {
            while (session != null) {
                // Read first: a session whose client turns out to be gone leaves the list.
                Session following = session.next;
                session.tick(nowMs);
                session = following;
            }
        } finally {
            isTicking = first != null;
            if (isTicking) {
                ioThread.executeAfter(this::tick, TICK_MS);
            }
        }
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
