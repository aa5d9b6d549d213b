package io.mpstream.streamer.http.response;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.http.guard.Http2Guard;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.PumpLoop;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;
import io.undertow.util.SameThreadExecutor;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A response that is a stream: puts a session on an exchange. I/O threads. */
public final class StreamResponse {
    private static final StreamHead OWN_HEAD = new StreamHead();

    private final Hub hub;
    private final PumpLoops loops;

    /** Responses whose sessions the hub feeds, on the loops of their I/O threads. */
    public StreamResponse(Hub hub, PumpLoops loops) {
        this.hub = hub;
        this.loops = loops;
    }

    /** Asks, and streams the answer. */
    public void ask(HttpServerExchange exchange, Query query, FollowOptions options, Representation representation, Consumer<StreamId> onStream) {
        begin(exchange, representation, options, OWN_HEAD, (sink, loop) -> {
            Session session = hub.ask(query, options, Caller.of(exchange).grant(), encoder(exchange, representation), sink, loop);
            // Which need not be the query's own: it may have been asked before.
            onStream.accept(session.stream().id());
            return session;
        });
    }

    /** Follows a stream. */
    public void follow(HttpServerExchange exchange, LiveStream stream, FollowOptions options, Representation representation) {
        follow(exchange, stream, options, representation, OWN_HEAD);
    }

    /** Follows a stream, of which the response has another head. */
    public void follow(HttpServerExchange exchange, LiveStream stream, FollowOptions options, Representation representation, StreamHead head) {
        begin(exchange, representation, options, head, (sink, loop) -> hub.follow(stream, options, Caller.of(exchange).grant(), encoder(exchange, representation), sink,
                loop));
    }

    private static Encoder encoder(HttpServerExchange exchange, Representation representation) {
        return representation.encoder(exchange.isHttp11());
    }

    /** Of an exchange whose response has its head set, and none of it sent. */
    private static ExchangeSink sink(HttpServerExchange exchange, StreamHead head, boolean hasTrailers) {
        return exchange.getProtocol().equals(Protocols.HTTP_2_0)
                ? new Http2Sink(exchange, head, hasTrailers) : new Http1Sink(exchange, head);
    }

    private void begin(HttpServerExchange exchange, Representation representation, FollowOptions options, StreamHead head,
            BiFunction<ExchangeSink, PumpLoop, Session> opening) {
        if (exchange.getProtocol().equals(Protocols.HTTP_2_0) && !Http2Guard.of(exchange).hasRoom()) {
            Problems.tooMany(exchange, "too many streams on one connection", 1);
            return;
        }
        Responses.streamHead(exchange, representation.mediaType());
        boolean hasTrailers = representation.hasTrailers() && options.mode() == FollowOptions.Mode.LIVE && options.feed() == null
                && !exchange.getProtocol().equals(Protocols.HTTP_1_0);
        if (hasTrailers) {
            Responses.announceTrailers(exchange);
        }
        // Else the exchange would be ended when this returns.
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
            try {
                ExchangeSink sink = sink(exchange, head, hasTrailers);
                sink.attach(opening.apply(sink, loops.of(exchange.getIoThread())));
            } catch (RuntimeException e) {
                Problems.answer(exchange, e);
            }
        });
    }
}
