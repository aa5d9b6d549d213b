package io.mpstream.streamer.http.guard;

import io.mpstream.agent.Clock;
import io.mpstream.streamer.limits.Limits;
import io.undertow.Undertow;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.OpenListener;
import io.undertow.server.protocol.http.HttpServerConnection;
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
 * A connection from its first byte on, between the socket and Undertow. Undertow bounds the time of HTTP/1 heads; here is bounded what it
 * does not: TLS handshakes, HTTP/2 connections that ask nothing, HTTP/2 heads that never end, and frames that only keep it busy. Empty
 * lines before requests, which Undertow refuses, end here. Confined to the connection's I/O thread.
 */
public final class ConnectionGuard extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private static final PrivateField LISTENER = new PrivateField(Undertow.ListenerInfo.class, "openListener");
    private static final PrivateField CHANNEL = new PrivateField(Undertow.ListenerInfo.class, "channel");
    /** Of the session while there is no handshake yet. */
    private static final String NO_PROTOCOL = "NONE";
    /** Looks at it in the time that a head has. */
    private static final int LOOKS_A_HEAD = 4;
    /** Passed over at a time of what comes after the last response; then other connections have their turn. */
    private static final int REST_BYTES = 16 * 1024;

    private final StreamConnection connection;
    private final Limits limits;
    private final Http2Frames frames;
    private final RequestStart start = new RequestStart();
    private final Clock clock;
    private final long openedMs;

    private XnioExecutor.Key nextLook;
    private boolean isClosing;

    private ConnectionGuard(StreamConnection connection, Limits limits, Clock clock) {
        super(connection.getSourceChannel().getConduit());
        this.connection = connection;
        this.limits = limits;
        this.clock = clock;
        this.openedMs = nowMs();
        this.frames = new Http2Frames(limits.headBytesMax());
    }

    /** From now on all connections of this server, which has started, come this way; returns who lets them in. */
    @SuppressWarnings("unchecked")
    public static Occupancy watch(Undertow server, Limits limits, Clock clock) {
        Occupancy occupancy = new Occupancy(server.getListenerInfo().stream().map(each -> (AcceptingChannel<?>) CHANNEL.of(each)).toList(), limits.connectionsMax());
        for (Undertow.ListenerInfo each : server.getListenerInfo()) {
            OpenListener listener = (OpenListener) LISTENER.of(each);
            AcceptingChannel<StreamConnection> channel = (AcceptingChannel<StreamConnection>) CHANNEL.of(each);
            channel.getAcceptSetter().set(ChannelListeners.openListenerAdapter(connection -> occupancy.admit(connection, () -> {
                new ConnectionGuard(connection, limits, clock).begin();
                listener.handleEvent(connection);
            })));
        }
        return occupancy;
    }

    /** After this request over HTTP/1 another may come on its connection, or the connection is closed. */
    static void expectNext(HttpServerExchange exchange) {
        exchange.addExchangeCompleteListener((same, next) -> {
            HttpServerConnection connection = (HttpServerConnection) same.getConnection();
            if (!same.isUpgrade() && connection.getOriginalSourceConduit() instanceof ConnectionGuard arrival) {
                if (same.isPersistent()) {
                    arrival.next(connection.getExtraBytes());
                } else {
                    arrival.isClosing = true;
                }
            }
            next.proceed();
        });
    }

    /** The bytes that were read with the request, or null if there are none. */
    private void next(PooledByteBuffer pipelined) {
        start.next();
        if (pipelined != null) {
            start.passEmptyLines(pipelined.getBuffer());
            if (!start.take(pipelined.getBuffer().duplicate())) {
                IoUtils.safeClose(connection);
            }
        }
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

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (isClosing) {
            return passOver();
        }
        if (start.isOpen()) {
            return readStart(target);
        }
        int before = target.position();
        int read = super.read(target);
        if (read > 0 && !frames.isOther()) {
            take(target.duplicate().flip().position(before));
        }
        return read;
    }

    /**
     * Passes over what the client still sends. Undertow takes a byte of it for the client's end and closes: a client that is not done with its body
     * would find the connection reset, and the response gone. Ends with the client's end, or when Undertow has waited long enough.
     */
    private int passOver() throws IOException {
        return Math.min(super.read(ByteBuffer.allocate(REST_BYTES)), 0);
    }

    private int readStart(ByteBuffer target) throws IOException {
        int before = target.position();
        while (target.remaining() > 1) {
            boolean wasCr = start.releaseCr();
            if (wasCr) {
                target.put((byte) '\r');
            }
            int read = super.read(target);
            if (read <= 0) {
                target.position(before);
                if (wasCr) {
                    start.holdCr();
                }
                return read;
            }
            ByteBuffer bytes = target.duplicate().flip().position(before);
            start.passEmptyLines(bytes);
            if (bytes.hasRemaining()) {
                if (bytes.position() > before) {
                    target.put(before, bytes, bytes.position(), bytes.remaining());
                }
                target.position(before + bytes.remaining());
                begin(target.duplicate().flip().position(before));
                return target.position() - before;
            }
            target.position(before);
        }
        return 0;
    }

    private void begin(ByteBuffer bytes) throws IOException {
        if (!start.take(bytes.duplicate())) {
            IoUtils.safeClose(connection);
            throw new ClosedChannelException();
        }
        if (!frames.isOther()) {
            take(bytes);
        }
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
