package io.mpstream.streamer.http.response;

import io.mpstream.protocol.End;
import io.mpstream.streamer.encoding.Trailers;
import io.mpstream.streamer.http.guard.Http2Guard;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A response over HTTP/2: one stream of a connection that may carry others. */
final class Http2Sink extends ExchangeSink {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Sink.class);

    Http2Sink(HttpServerExchange exchange, StreamHead head, boolean hasTrailers) {
        super(exchange, head);
        if (hasTrailers) {
            exchange.putAttachment(HttpAttachments.RESPONSE_TRAILER_SUPPLIER, this::trailers);
        }
    }

    private HeaderMap trailers() {
        HeaderMap trailers = new HeaderMap();
        End end = session().stream().end();
        if (end != null) {
            Trailers.of(end).forEach((name, value) -> trailers.put(new HttpString(name), value));
        }
        return trailers;
    }

    /** Without the response's channel, which nobody may ask for before the head is known. */
    @Override
    void watchForDeparture() {
        Http2Guard.of(exchange()).add(exchange(), session()::gone);
    }

    @Override
    void unwatch() {
        Http2Guard.of(exchange()).remove(exchange());
    }

    /** RST_STREAM: the other streams of the connection go on. */
    @Override
    void breakOff() {
        try {
            Http2Guard.of(exchange()).reset(exchange());
            // Tells the exchange that the stream is closed; without it ending the exchange would reset it once more.
            channel().flush();
        } catch (IOException e) {
            LOG.debug("the stream is closed", e);
        }
        exchange().endExchange();
    }
}
