package io.mpstream.streamer.http;

import io.mpstream.streamer.encoding.Standing;
import io.mpstream.streamer.hub.ClientSink;
import io.mpstream.streamer.hub.Drain;
import io.mpstream.streamer.hub.Refused;
import io.mpstream.streamer.hub.Session;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.xnio.channels.StreamSinkChannel;

/**
 * One exchange, as a session sees it: what HTTP/1 and HTTP/2 have in common. Confined to the connection's I/O thread.
 */
abstract class ExchangeSink implements ClientSink {
    private final HttpServerExchange exchange;
    private final IntSupplier retryAfterS;
    private Session session;
    private StreamSinkChannel channel;
    private boolean isDone;

    ExchangeSink(HttpServerExchange exchange, IntSupplier retryAfterS) {
        this.exchange = exchange;
        this.retryAfterS = retryAfterS;
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
    public void open(Standing standing, long until) {
        Responses.streamId(exchange, standing.stream());
        Responses.standing(exchange, standing);
        if (until != Long.MAX_VALUE) {
            exchange.getResponseHeaders().put(Responses.NEXT_OFFSET, until);
        }
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
    public final void refuse(Refused why, long firstOffset) {
        done();
        clearHead();
        switch (why) {
            case NOT_STORED -> Problems.unavailable(exchange, "the query could not be stored", retryAfterS.getAsInt());
            case EXPIRED -> Problems.problem(exchange, new BadRequest(StatusCodes.UNAUTHORIZED, "the token holds no more", BadRequest.INVALID_TOKEN));
            case DRAINING -> Problems.unavailable(exchange, Drain.DRAINING, 1);
            case INSIDE_CHARACTER -> Problems.problem(exchange, StatusCodes.BAD_REQUEST, "the offset is inside a character");
            case GONE -> Problems.gone(exchange, "the text at this offset has been evicted", firstOffset);
        }
    }

    @Override
    public final void nothing(Standing standing) {
        done();
        clearHead();
        Responses.standing(exchange, standing);
        exchange.getResponseHeaders().put(Responses.NEXT_OFFSET, standing.offset());
        Responses.nothing(exchange);
    }

    /** The response is not a stream after all. */
    void clearHead() {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.remove(Headers.TRANSFER_ENCODING);
        headers.remove(Headers.TRAILER);
    }
}
