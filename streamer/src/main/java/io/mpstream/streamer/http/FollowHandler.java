package io.mpstream.streamer.http;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.EventId;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.http.response.StreamResponse;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.Feed;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;

/** {@code /v1/stream/{id}} and {@code /v1/feed/{name}}: follows, tells where a stream stands, stops it. I/O threads. */
final class FollowHandler {
    private final Hub hub;
    private final StreamResponse response;

    FollowHandler(Hub hub, StreamResponse response) {
        this.hub = hub;
        this.response = response;
    }

    void handleStream(HttpServerExchange exchange, String path) {
        HttpString method = exchange.getRequestMethod();
        if (!method.equals(Methods.GET) && !method.equals(Methods.HEAD) && !method.equals(Methods.DELETE)) {
            Problems.methodNotAllowed(exchange, "GET, HEAD, DELETE");
            return;
        }
        StreamId id = id(path.substring(Paths.STREAM.length()));
        if (method.equals(Methods.DELETE)) {
            stop(exchange, Caller.of(exchange).requireOwn(hub.find(id)));
            return;
        }
        QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), QueryParameters.OF_FOLLOWING);
        Representation representation = Representation.of(exchange, parameters);
        EventId last = EventId.last(exchange, parameters);
        if (method.equals(Methods.HEAD)) {
            head(exchange, find(exchange, id), representation);
        } else if (last != null) {
            resume(exchange, last, parameters, representation);
        } else {
            follow(exchange, findServed(exchange, id), Math.max(0, parameters.offset()), null, parameters, representation);
        }
    }

    void handleFeed(HttpServerExchange exchange, String path) {
        HttpString method = exchange.getRequestMethod();
        if (!method.equals(Methods.GET) && !method.equals(Methods.HEAD)) {
            Problems.methodNotAllowed(exchange, "GET, HEAD");
            return;
        }
        String name = path.substring(Paths.FEED.length());
        Feed feed = hub.feed(name);
        if (feed == null || !Caller.of(exchange).seesFeed(name)) {
            throw new HttpProblem(StatusCodes.NOT_FOUND, "there is no feed of this name");
        }
        LiveStream stream = feed.current();
        if (stream == null) {
            Problems.unavailable(exchange, Interruption.UNAVAILABLE, "the feed has not begun yet", 1);
            return;
        }
        QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), QueryParameters.OF_FOLLOWING);
        Representation representation = Representation.of(exchange, parameters);
        EventId last = EventId.last(exchange, parameters);
        if (method.equals(Methods.HEAD)) {
            head(exchange, stream, representation);
        } else if (last != null && isLeft(exchange, last)) {
            LiveStream known = find(exchange, last.stream());
            if (!feed.name().equals(known.feed())) {
                throw new HttpProblem(StatusCodes.BAD_REQUEST, "the stream of this Last-Event-ID is none of the feed's");
            }
            follow(exchange, known, last.offset(), feed, parameters, representation);
        } else {
            // Whoever has been away for longer than is kept goes on where the feed is now.
            follow(exchange, stream, parameters.offset() < 0 ? stream.watermark() : parameters.offset(), feed, parameters, representation);
        }
    }

    private boolean isLeft(HttpServerExchange exchange, EventId last) {
        hub.drain().requireServing();
        LiveStream known = hub.find(last.stream());
        return known != null && Caller.of(exchange).sees(known) && last.offset() >= known.firstOffset();
    }

    /** Goes on after the event that a client had last: its answer is there, and is not generated again. */
    void resume(HttpServerExchange exchange, EventId last, QueryParameters parameters, Representation representation) {
        if (last.isEnd()) {
            // Which tells an EventSource not to come back.
            Responses.nothing(exchange);
            return;
        }
        follow(exchange, findServed(exchange, last.stream()), last.offset(), null, parameters, representation);
    }

    /** The stream that a path names. */
    static StreamId id(String text) {
        try {
            return StreamId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, e.getMessage());
        }
    }

    /** Who comes while the server is being stopped is not told that a stream is gone: another may have it. */
    private LiveStream findServed(HttpServerExchange exchange, StreamId id) {
        hub.drain().requireServing();
        return find(exchange, id);
    }

    private LiveStream find(HttpServerExchange exchange, StreamId id) {
        return Caller.of(exchange).require(hub.find(id));
    }

    private void follow(HttpServerExchange exchange, LiveStream stream, long offset, Feed feed, QueryParameters parameters, Representation representation) {
        if (offset > stream.watermark()) {
            throw HttpProblem.unseen(StatusCodes.BAD_REQUEST, "the offset " + offset + " is beyond the text, which has " + stream.watermark() + " bytes so far");
        }
        if (offset < stream.firstOffset()) {
            Problems.gone(exchange, "the text at this offset has been evicted", stream.firstOffset());
            return;
        }
        response.follow(exchange, stream, new FollowOptions(offset, parameters.mode(), parameters.speed(), feed), representation);
    }

    private void head(HttpServerExchange exchange, LiveStream stream, Representation representation) {
        Responses.streamHead(exchange, representation.mediaType());
        Responses.streamId(exchange, stream.id());
        Responses.status(exchange, hub.status(stream));
        Responses.end(exchange);
    }

    /** Ends a stream for all who follow it: 204. */
    void stop(HttpServerExchange exchange, LiveStream stream) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> hub.stop(stream).whenCompleteAsync((none, failure) -> {
            if (failure == null) {
                Responses.nothing(exchange);
            } else {
                Problems.unavailable(exchange, "the cancel could not be stored", hub.retryAfterS());
            }
        }, exchange.getIoThread()));
    }
}
