package io.mpstream.streamer.http;

import io.mpstream.protocol.Query;
import io.mpstream.streamer.dialect.ChatRequest;
import io.mpstream.streamer.dialect.UiEvents;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

/**
 * The AI SDK's chats: {@code POST /v1/ui/chat} asks, {@code GET /v1/ui/chat/{id}/stream} goes on with the answer that runs in that chat. I/O
 * threads.
 */
final class UiHandler {
    private static final String CHAT = "/v1/ui/chat";
    private static final String ONE = CHAT + "/";
    private static final String STREAM = "/stream";
    private static final HttpString VERSION = new HttpString(UiEvents.VERSION_FIELD);

    private final DialectQueries queries;

    UiHandler(DialectQueries queries) {
        this.queries = queries;
    }

    /** Whether it handles this path. */
    static boolean handles(String path) {
        return path.equals(CHAT) || path.startsWith(ONE);
    }

    void handle(HttpServerExchange exchange, String path) {
        if (path.equals(CHAT)) {
            if (exchange.getRequestMethod().equals(Methods.POST)) {
                queries.read(exchange, ChatRequest::ui, (chat, body) -> ask(exchange, chat, body));
            } else {
                Problems.methodNotAllowed(exchange, "POST");
            }
        } else if (!path.endsWith(STREAM) || path.length() <= ONE.length() + STREAM.length()) {
            throw new HttpProblem(StatusCodes.NOT_FOUND, "a chat goes on under " + ONE + "{id}" + STREAM);
        } else if (exchange.getRequestMethod().equals(Methods.GET)) {
            resume(exchange, path.substring(ONE.length(), path.length() - STREAM.length()));
        } else {
            Problems.methodNotAllowed(exchange, "GET");
        }
    }

    private void ask(HttpServerExchange exchange, ChatRequest chat, String body) {
        Query query = queries.query(exchange, chat, null, body);
        queries.answer(exchange, query, FollowOptions.WHOLE, representation(exchange));
    }

    private void resume(HttpServerExchange exchange, String chat) {
        LiveStream stream = queries.newest(exchange, chat);
        if (stream == null || stream.end() != null) {
            Responses.nothing(exchange);
        } else {
            queries.follow(exchange, stream, FollowOptions.WHOLE, representation(exchange));
        }
    }

    private static Representation representation(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(VERSION, UiEvents.VERSION);
        return Representation.of(ServerSentEvents.MEDIA_TYPE, new UiEvents());
    }
}
