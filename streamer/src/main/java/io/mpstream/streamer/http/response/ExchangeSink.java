package io.mpstream.streamer.http.response;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.ClientSink;
import io.mpstream.streamer.session.Session;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.channels.StreamSinkChannel;

/**
 * An exchange, as a session sees it: what HTTP/1 and HTTP/2 have in common. Confined to the connection's I/O thread.
 */
abstract class ExchangeSink implements ClientSink {
    private final HttpServerExchange exchange;
    private final StreamHead head;
    private Session session;
    private StreamSinkChannel channel;
    private boolean isDone;

    ExchangeSink(HttpServerExchange exchange, StreamHead head) {
        this.exchange = exchange;
        this.head = head;
    }

    /** Tells this session from now on when the socket takes more and when the client has left. */
    final void attach(Session session) {
        this.session = session;
        watchForDeparture();
    }

    /** From now on the session is told when the client leaves, even while nothing is written. */
    abstract void watchForDeparture();

    final HttpServerExchange exchange() {
        return exchange;
    }

    final Session session() {
        return session;
    }

    final boolean isDone() {
        return isDone;
    }

    final StreamSinkChannel channel() {
        if (channel == null) {
            channel = exchange.getResponseChannel();
            channel.getWriteSetter().set(this::writable);
        }
        return channel;
    }

    private void writable(StreamSinkChannel ready) {
        // Before anything else: it would be called again and again.
        ready.suspendWrites();
        if (ready.isOpen()) {
            session.writable();
        } else {
            session.gone();
        }
    }

    @Override
    public void open(StreamStatus status, long until) {
        head.open(exchange, status, until);
    }

    @Override
    public boolean write(ByteBuffer bytes, boolean isLast) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel().write(bytes) == 0) {
                channel().resumeWrites();
                return false;
            }
        }
        return flush();
    }

    @Override
    public final boolean flush() throws IOException {
        boolean isOut = channel().flush();
        if (!isOut) {
            channel().resumeWrites();
        }
        return isOut;
    }

    /** The session is over, however. */
    private void done() {
        isDone = true;
        unwatch();
    }

    /** Undoes {@link #watchForDeparture}. */
    abstract void unwatch();

    @Override
    public final void finish() {
        done();
        exchange.endExchange();
    }

    @Override
    public final void abort() {
        done();
        breakOff();
    }

    /** Breaks the transfer, in the protocol's way. */
    abstract void breakOff();

    @Override
    public final void refuse(RefusedException why) {
        done();
        clearHead();
        Problems.refused(exchange, why);
    }

    @Override
    public final void nothing(StreamStatus status, long offset) {
        done();
        clearHead();
        head.nothing(exchange, status, offset);
    }

    /** The response is not a stream after all. */
    void clearHead() {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.remove(Headers.TRANSFER_ENCODING);
        headers.remove(Headers.TRAILER);
    }
}
