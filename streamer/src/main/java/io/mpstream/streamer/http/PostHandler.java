package io.mpstream.streamer.http;

import io.mpstream.protocol.Query;
import io.mpstream.streamer.http.request.Accept;
import io.mpstream.streamer.http.request.ContentType;
import io.mpstream.streamer.http.request.EventId;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.request.QueryRequests;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.http.response.StreamResponse;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.json.PostedQuery;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.util.Map;

/**
 * {@code POST /v1/streams}: a longer query, as text or JSON. Answers 201 with where its stream is, or with the stream itself if a
 * stream's format is asked for. I/O threads.
 */
final class PostHandler {
    private static final HttpString CONTENT_LOCATION = new HttpString("Content-Location");
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain";

    /** What a client is told whose query was taken. */
    private record Created(String stream, String state, String url) {
    }

    private final Hub hub;
    private final QueryBody bodies;
    private final QueryRequests queries;
    private final FollowHandler follow;
    private final StreamResponse response;

    PostHandler(Hub hub, QueryBody bodies, QueryRequests queries, FollowHandler follow, StreamResponse response) {
        this.hub = hub;
        this.bodies = bodies;
        this.queries = queries;
        this.follow = follow;
        this.response = response;
    }

    void handle(HttpServerExchange exchange) {
        QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), QueryParameters.OF_ASKING);
        String type = ContentType.mediaType(exchange.getRequestHeaders());
        if (!type.equals(JSON) && !type.equals(TEXT)) {
            throw new HttpProblem(StatusCodes.UNSUPPORTED_MEDIA_TYPE, "a query is posted as text/plain or application/json");
        }
        Representation representation = parameters.format() != null || Accept.namesFormat(exchange.getRequestHeaders())
                ? Representation.of(exchange, parameters) : null;
        EventId last = EventId.last(exchange, parameters);
        bodies.read(exchange, body -> {
            PostedQuery posted = type.equals(JSON) ? json(body) : new PostedQuery(body, "", Map.of());
            Query query = queries.of(exchange, posted, parameters);
            if (representation != null && last != null) {
                follow.resume(exchange, last, parameters, representation);
            } else {
                accept(exchange, query, representation);
            }
        });
    }

    private static PostedQuery json(String body) {
        try {
            return PostedQuery.parse(body);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
    }

    private static HttpProblem bad(String detail) {
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }

    private void accept(HttpServerExchange exchange, Query query, Representation representation) {
        if (representation != null) {
            response.ask(exchange, query, FollowOptions.WHOLE, representation, stream ->
                    exchange.getResponseHeaders().put(CONTENT_LOCATION, Paths.of(stream)));
            return;
        }
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> {
            try {
                create(exchange, query);
            } catch (RuntimeException e) {
                Problems.answer(exchange, e);
            }
        });
    }

    /** Answers when the query is in the journal. */
    private void create(HttpServerExchange exchange, Query query) {
        LiveStream stream = hub.ask(query);
        stream.acceptance().whenCompleteAsync((none, failure) -> {
            if (failure == null) {
                created(exchange, stream);
            } else {
                Problems.unavailable(exchange, "the query could not be stored", hub.retryAfterS());
            }
        }, exchange.getIoThread());
    }

    private static void created(HttpServerExchange exchange, LiveStream stream) {
        exchange.setStatusCode(StatusCodes.CREATED);
        Responses.streamId(exchange, stream.id());
        exchange.getResponseHeaders().put(Headers.LOCATION, Paths.of(stream.id()));
        Responses.json(exchange, new Created(stream.id().toString(), stream.state(), Paths.of(stream.id())));
    }
}
