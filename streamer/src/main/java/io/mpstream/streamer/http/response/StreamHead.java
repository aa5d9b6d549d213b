package io.mpstream.streamer.http.response;

import io.mpstream.streamer.encoding.StreamStatus;
import io.undertow.server.HttpServerExchange;

/** What a response's head says of its stream. I/O threads. */
public class StreamHead {
    /** As this server's own API says it. */
    StreamHead() {
    }

    /**
     * A response that is a stream begins.
     *
     * @param status where the stream stands
     * @param until  the offset at which the response ends, or {@link Long#MAX_VALUE} when it ends with the stream
     */
    void open(HttpServerExchange exchange, StreamStatus status, long until) {
        Responses.streamId(exchange, status.stream());
        Responses.status(exchange, status);
        if (until != Long.MAX_VALUE) {
            exchange.getResponseHeaders().put(Responses.NEXT_OFFSET, until);
        }
    }

    /**
     * The whole response where there is nothing to send.
     *
     * @param offset where the client is
     */
    void nothing(HttpServerExchange exchange, StreamStatus status, long offset) {
        Responses.status(exchange, status);
        exchange.getResponseHeaders().put(Responses.NEXT_OFFSET, offset);
        Responses.nothing(exchange);
    }
}
