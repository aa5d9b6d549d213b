package io.mpstream.streamer.http.guard;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2DataStreamSinkChannel;
import io.undertow.protocols.http2.Http2StreamSinkChannel;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.framed.AbstractFramedChannel;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import io.undertow.util.AttachmentKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;

/**
 * A guard for what Undertow does not say of an HTTP/2 connection: that a stream whose window is full was reset, which it keeps to itself
 * until the connection closes; and that a client opens and resets streams as fast as it can (CVE-2023-44487), of which it counts
 * only those whose request has a body. Confined to the connection's I/O thread.
 */
public final class Http2Guard {
    /** Streams that one connection may have open. */
    public static final int STREAMS_MAX = 250;
    /** Streams that a client may leave within the time; beyond it the connection is closed. */
    public static final int DEPARTURES_MAX = 1_000;
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(30);

    private static final AttachmentKey<Http2Guard> KEY = AttachmentKey.create(Http2Guard.class);
    private static final PrivateField SINK = new PrivateField(Http2ServerConnection.class, "responseChannel");
    private static final PrivateField IS_RESET = new PrivateField(Http2StreamSinkChannel.class, "reset");
    private static final PrivateField HELD = new PrivateField(AbstractFramedChannel.class, "heldFrames");

    private final Http2Channel channel;
    private final Map<HttpServerExchange, Watched> open = new HashMap<>();
    private int departures;
    private long windowStartNs = System.nanoTime();

    private record Watched(Http2DataStreamSinkChannel channel, Runnable onGone) {
    }

    private Http2Guard(Http2Channel channel) {
        this.channel = channel;
        listen(channel.getReceiveSetter());
        channel.addCloseTask(closed -> List.copyOf(open.values()).forEach(each -> each.onGone.run()));
    }

    /** The watch of the connection that this exchange is on. */
    public static Http2Guard of(HttpServerExchange exchange) {
        Http2Channel channel = sink(exchange).getChannel();
        Http2Guard watch = channel.getAttachment(KEY);
        if (watch == null) {
            watch = new Http2Guard(channel);
            channel.putAttachment(KEY, watch);
        }
        return watch;
    }

    @SuppressWarnings("unchecked")
    private void listen(ChannelListener.Setter<? extends Http2Channel> receive) {
        ChannelListener.SimpleSetter<Http2Channel> setter = (ChannelListener.SimpleSetter<Http2Channel>) receive;
        ChannelListener<? super Http2Channel> frames = setter.get();
        setter.set(same -> {
            frames.handleEvent(same);
            tellReset();
        });
    }

    /** Tells who wants to know that streams are reset. */
    private void tellReset() {
        List<Watched> gone = open.values().stream().filter(each -> isGone(each.channel)).toList();
        gone.forEach(each -> {
            countDeparture();
            each.onGone.run();
        });
    }

    /** Whether one more stream may be open. */
    public boolean hasRoom() {
        return open.size() < STREAMS_MAX;
    }

    /** Calls {@code onGone} if the client leaves this stream, until it is removed. */
    public void add(HttpServerExchange exchange, Runnable onGone) {
        open.put(exchange, new Watched(sink(exchange), onGone));
    }

    /** Watches a stream no more. */
    public void remove(HttpServerExchange exchange) {
        open.remove(exchange);
    }

    private static boolean isGone(Http2DataStreamSinkChannel channel) {
        return !channel.isOpen() || (boolean) IS_RESET.of(channel);
    }

    private static Http2DataStreamSinkChannel sink(HttpServerExchange exchange) {
        return (Http2DataStreamSinkChannel) SINK.of(exchange.getConnection());
    }

    /** Resets the exchange's stream, unless the client has: RST_STREAM with INTERNAL_ERROR (RFC 9113, section 7). */
    public void reset(HttpServerExchange exchange) {
        Http2DataStreamSinkChannel sink = sink(exchange);
        if (!isGone(sink)) {
            channel.sendRstStream(sink.getStreamId(), Http2Channel.ERROR_INTERNAL_ERROR);
        }
        if (!sink.isReadyForFlush() || isHeld(sink)) {
            IoUtils.safeClose(sink);
        }
    }

    /**
     * Whether a frame of the stream waits for the client's window, which it will not get any more. One that waits for the socket may be out in
     * part and must be written to its end: Undertow closes its stream then, and the whole connection if somebody else has done so before.
     */
    private boolean isHeld(Http2DataStreamSinkChannel sink) {
        synchronized (channel) {
            return ((Collection<?>) HELD.of(channel)).contains(sink);
        }
    }

    /** A client has left a stream. One that does nothing else is shown out. */
    private void countDeparture() {
        long nowNs = System.nanoTime();
        if (nowNs - windowStartNs > WINDOW_NS) {
            windowStartNs = nowNs;
            departures = 0;
        }
        if (++departures > DEPARTURES_MAX && channel.isOpen()) {
            channel.sendGoAway(Http2Channel.ERROR_ENHANCE_YOUR_CALM);
        }
    }
}
