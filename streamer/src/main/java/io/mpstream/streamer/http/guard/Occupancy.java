package io.mpstream.streamer.http.guard;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.xnio.StreamConnection;
import org.xnio.channels.AcceptingChannel;

/**
 * The connections that are open on all listeners of a server, which share one bound: beyond it nobody is let in until others have gone. Any
 * thread.
 */
public final class Occupancy {
    private final List<? extends AcceptingChannel<?>> listeners;
    private final int max;

    // Guarded by this.
    private int open;
    private boolean isFull;
    private boolean isClosed;
    /** Accepted before the listeners had stopped: they wait here as others do in the listen queue. */
    private final Queue<Visitor> waiting = new ArrayDeque<>();

    /** A connection, and what serves it on its I/O thread. */
    private record Visitor(StreamConnection connection, Runnable serve) {
        void enter() {
            connection.getIoThread().execute(serve);
        }
    }

    Occupancy(List<? extends AcceptingChannel<?>> listeners, int max) {
        this.listeners = listeners;
        this.max = max;
    }

    /** A connection has been accepted: has it served, on its I/O thread, as soon as there is room. */
    void admit(StreamConnection connection, Runnable serve) {
        if (hasRoom(new Visitor(connection, serve))) {
            serve.run();
        }
    }

    private synchronized boolean hasRoom(Visitor visitor) {
        // One listener alone has a bound of its own.
        boolean hasRoom = open < max || listeners.size() == 1;
        if (hasRoom) {
            open++;
            visitor.connection.setCloseListener(same -> left());
        } else {
            waiting.add(visitor);
        }
        look();
        return hasRoom;
    }

    private synchronized void left() {
        open--;
        Visitor next = waiting.poll();
        if (next != null) {
            open++;
            next.connection.setCloseListener(same -> left());
            next.enter();
        }
        look();
    }

    private void look() {
        if (listeners.size() == 1) {
            return;
        }
        boolean wasFull = isFull;
        isFull = open >= max;
        if (isFull && !wasFull) {
            listeners.forEach(AcceptingChannel::suspendAccepts);
        } else if (wasFull && !isFull && !isClosed) {
            listeners.forEach(AcceptingChannel::resumeAccepts);
        }
    }

    /** Connections that are open. */
    public synchronized int open() {
        return open;
    }

    /** Lets nobody in any more. Undertow's own way closes the connections that are open too, on a thread that is not theirs. */
    public synchronized void close() {
        isClosed = true;
        listeners.forEach(AcceptingChannel::suspendAccepts);
    }
}
