package io.mpstream.streamer.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.StreamConnection;
import org.xnio.channels.AcceptingChannel;

/**
 * How many connections are open on all listeners of a server, which share one bound: beyond it nobody is let in until others have gone. Any
 * thread.
 */
final class Occupancy {
    private final List<? extends AcceptingChannel<?>> listeners;
    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean isFull;
    private boolean isClosed;

    Occupancy(List<? extends AcceptingChannel<?>> listeners, int max) {
        this.listeners = listeners;
        this.max = max;
    }

    /** A connection has been accepted. One listener alone has a bound of its own. */
    void entered(StreamConnection connection) {
        if (listeners.size() == 1) {
            return;
        }
        if (open.incrementAndGet() >= max) {
            look();
        }
        connection.setCloseListener(same -> {
            open.decrementAndGet();
            if (isFull) {
                look();
            }
        });
    }

    private synchronized void look() {
        boolean wasFull = isFull;
        isFull = open.get() >= max;
        if (isFull && !wasFull) {
            listeners.forEach(AcceptingChannel::suspendAccepts);
        } else if (wasFull && !isFull && !isClosed) {
            listeners.forEach(AcceptingChannel::resumeAccepts);
        }
    }

    /** Lets nobody in any more. Undertow's own way closes the connections that are open too, on a thread that is not theirs. */
    synchronized void close() {
        isClosed = true;
        listeners.forEach(AcceptingChannel::suspendAccepts);
    }
}
