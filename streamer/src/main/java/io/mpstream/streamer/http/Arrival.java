package io.mpstream.streamer.http;

import io.mpstream.streamer.hub.Limits;
import io.undertow.Undertow;
import io.undertow.server.OpenListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.channels.AcceptingChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.ssl.SslConnection;

/**
 * A connection from its first byte on, between the socket and Undertow. Undertow bounds the time of HTTP/1 heads; here is bounded what it does
 * not: TLS handshakes, HTTP/2 connections that ask nothing, HTTP/2 heads that never end, and frames that only keep it busy. Confined
 * to the connection's I/O thread.
 */
final class Arrival extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private static final PrivateField LISTENER = new PrivateField(Undertow.ListenerInfo.class, "openListener");
    private static final PrivateField CHANNEL = new PrivateField(Undertow.ListenerInfo.class, "channel");
    /** Of the session while there is no handshake yet. */
    private static final String NO_PROTOCOL = "NONE";
    /** So often it is looked at in the time that a head has. */
    private static final int LOOKS_A_HEAD = 4;

    private final StreamConnection connection;
    private final Limits limits;
    private final Http2Frames frames;
    private final long openedMs = nowMs();

    private XnioExecutor.Key nextLook;

    private Arrival(StreamConnection connection, Limits limits) {
        super(connection.getSourceChannel().getConduit());
        this.connection = connection;
        this.limits = limits;
        this.frames = new Http2Frames(limits.headBytesMax());
    }

    /** From now on all connections of this server, which has started, come this way. */
    @SuppressWarnings("unchecked")
    static void watch(Undertow server, Limits limits) {
        for (Undertow.ListenerInfo each : server.getListenerInfo()) {
            OpenListener listener = (OpenListener) LISTENER.of(each);
            AcceptingChannel<StreamConnection> channel = (AcceptingChannel<StreamConnection>) CHANNEL.of(each);
            channel.getAcceptSetter().set(ChannelListeners.openListenerAdapter(connection -> {
                new Arrival(connection, limits).begin();
                listener.handleEvent(connection);
            }));
        }
    }

    /** Accepts no more connections. Undertow's own way closes those that are open too, on a thread that is not theirs. */
    static void suspend(Undertow server) {
        server.getListenerInfo().forEach(each -> ((AcceptingChannel<?>) CHANNEL.of(each)).suspendAccepts());
    }

    private void begin() {
        connection.getSourceChannel().setConduit(this);
        lookLater();
    }

    private void lookLater() {
        nextLook = connection.getIoThread().executeAfter(this::look, limits.headTimeoutMs() / LOOKS_A_HEAD, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (!connection.isOpen() || frames.isOther()) {
            return;
        }
        long nowMs = nowMs();
        long openMs = nowMs - openedMs;
        if (openMs >= limits.headTimeoutMs() && isHandshaking() || frames.unfinishedMs(nowMs) >= limits.headTimeoutMs() || !frames.hasAsked() && openMs >= limits.idleTimeoutMs()) {
            IoUtils.safeClose(connection);
        } else {
            lookLater();
        }
    }

    private boolean isHandshaking() {
        return !frames.hasBegun() && connection instanceof SslConnection secure && secure.getSslSession().getProtocol().equals(NO_PROTOCOL);
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int before = target.position();
        int read = super.read(target);
        if (read > 0 && !frames.isOther()) {
            take(target.duplicate().flip().position(before));
        }
        return read;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (targets[i].hasRemaining()) {
                return read(targets[i]);
            }
        }
        return 0;
    }

    private void take(ByteBuffer bytes) throws IOException {
        if (!frames.take(bytes, nowMs())) {
            IoUtils.safeClose(connection);
            throw new ClosedChannelException();
        }
        if (frames.isOther()) {
            // Nothing more to look at: the timer is not to keep the connection's memory.
            nextLook.remove();
        }
    }
}
