package io.mpstream.streamer.session;

import io.mpstream.streamer.encoding.Piece;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
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
    static final long TICK_MS = 500;

    private final IoThread ioThread;
    /** Shared by all sessions of the thread: each fills it, writes it, and leaves nothing in it. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] gathered = new byte[GATHERED_BYTES];
    private final Piece piece = new Piece();
    private final Traffic traffic = new Traffic();
    private final AtomicReference<Member> dirty = new AtomicReference<>();

    /** The sessions that are open, linked through themselves; confined to the I/O thread. */
    private Member first;
    private boolean isTicking;

    /** A thread that runs what it is given. */
    public interface IoThread {
        /** Runs this soon. Any thread. */
        void execute(Runnable task);

        /** Runs this after so many milliseconds. Any thread. */
        void executeAfter(Runnable task, long delayMs);
    }

    /** A session, as the loop sees it: each of two lists links it through itself. */
    abstract static class Member {
        /** Whether it is in the list of those to pump, in which it may not be twice. */
        private final AtomicBoolean isDirty = new AtomicBoolean();
        /** The next one in the list of those to pump; owned by whoever has this one in its list. */
        private Member nextDirty;
        /** Neighbours among the open ones of the thread; owned by the loop. */
        private Member previous;
        private Member next;

        /** It is about to be in that list. Any thread. */
        abstract void marked();

        /** Moves what there is to move: the member is in the list of those to pump no more. I/O thread. */
        abstract void pump();

        /** Half a second has passed. I/O thread. */
        abstract void tick(long nowMs);
    }

    /** The loop of one thread. */
    public PumpLoop(IoThread ioThread) {
        this.ioThread = ioThread;
    }

    /** The member has something to pump. Any thread; once until it is pumped. */
    void add(Member member) {
        if (member.isDirty.get() || !member.isDirty.compareAndSet(false, true)) {
            return;
        }
        member.marked();
        Member head;
        do {
            head = dirty.get();
            member.nextDirty = head;
        } while (!dirty.compareAndSet(head, member));
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

    /** What its sessions do, counted. */
    public Traffic traffic() {
        return traffic;
    }

    /** The member is open, and is told twice a second from now on. I/O thread. */
    void enter(Member member) {
        member.next = first;
        if (first != null) {
            first.previous = member;
        }
        first = member;
        if (!isTicking) {
            isTicking = true;
            ioThread.executeAfter(this::tick, TICK_MS);
        }
    }

    /** The member is closed. I/O thread. */
    void exit(Member member) {
        if (member.previous != null) {
            member.previous.next = member.next;
        } else {
            first = member.next;
        }
        if (member.next != null) {
            member.next.previous = member.previous;
        }
        member.previous = null;
        member.next = null;
    }

    private void tick() {
        Member member = first;
        long nowMs = System.currentTimeMillis();
        try {
            while (member != null) {
                // Read first: a member whose client turns out to be gone leaves the list.
                Member following = member.next;
                member.tick(nowMs);
                member = following;
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
        Member member = dirty.getAndSet(null);
        while (member != null) {
            // Read first: once it pumps it may be woken, and be in the next list.
            Member next = member.nextDirty;
            member.nextDirty = null;
            // Cleared here alone, and before the member looks at its stream: what comes later queues it again.
            member.isDirty.set(false);
            member.pump();
            member = next;
        }
    }
}
