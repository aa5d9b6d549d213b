package io.mpstream.streamer.http;

import io.mpstream.protocol.Query;
import io.mpstream.streamer.http.request.EventId;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.request.QueryRequests;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.http.response.StreamResponse;
import io.mpstream.streamer.session.FollowOptions;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;

/** {@code GET /{query}} and {@code GET /v1/ask?q={query}}: asks, and answers with the stream. I/O threads. */
final class AskHandler {
    private final QueryRequests queries;
    private final FollowHandler follow;
    private final StreamResponse response;

    AskHandler(QueryRequests queries, FollowHandler follow, StreamResponse response) {
        this.queries = queries;
        this.follow = follow;
        this.response = response;
    }

    private static boolean hasBody(HttpServerExchange exchange) {
        if (exchange.isRequestComplete()) {
            return false;
        }
        boolean isCutHead = exchange.getProtocol().equals(Protocols.HTTP_2_0) && exchange.getRequestContentLength() <= 0;
        if (isCutHead) {
            // Over HTTP/2 a head that comes in several frames may not be known to be all: else the response would wait for more.
            Connectors.terminateRequest(exchange);
        }
        return !isCutHead;
    }

    void handle(HttpServerExchange exchange, String path) {
        String raw = exchange.getQueryString();
        QueryParameters parameters = path.equals(Paths.ASK) ? QueryParameters.parseWithQuery(raw) : QueryParameters.parse(raw, QueryParameters.OF_ASKING);
        Query query = queries.of(exchange, path, parameters);
        Representation representation = Representation.of(exchange, parameters);
        if (hasBody(exchange)) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "a request that asks in its target has no body");
        }
        EventId last = EventId.last(exchange, parameters);
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            Responses.streamHead(exchange, representation.mediaType());
            Responses.end(exchange);
        } else if (last != null) {
            follow.resume(exchange, last, parameters, representation);
        } else {
            response.ask(exchange, query, FollowOptions.WHOLE, representation, stream -> { });
        }
    }
}
