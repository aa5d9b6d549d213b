package io.mpstream.streamer.http;

import io.mpstream.protocol.Query;
import io.mpstream.streamer.dialect.ChatRequest;
import io.mpstream.streamer.dialect.CompletionDocument;
import io.mpstream.streamer.dialect.CompletionEvents;
import io.mpstream.streamer.dialect.CompletionKind;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.session.FollowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;

/** OpenAI's completions and models: {@code /v1/chat/completions}, {@code /v1/completions}, {@code /v1/models}. I/O threads. */
final class OpenAiHandler {
    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";
    private static final String MODELS = "/v1/models";
    private static final String MODEL = MODELS + "/";

    private final DialectQueries queries;
    private final Models models;

    OpenAiHandler(DialectQueries queries, Models models) {
        this.queries = queries;
        this.models = models;
    }

    /** Whether it handles this path. */
    static boolean handles(String path) {
        return path.equals(CHAT) || path.equals(COMPLETIONS) || path.equals(MODELS) || path.startsWith(MODEL);
    }

    void handle(HttpServerExchange exchange, String path) {
        if (path.startsWith(MODELS)) {
            models(exchange, path);
        } else if (!exchange.getRequestMethod().equals(Methods.POST)) {
            Problems.methodNotAllowed(exchange, "POST");
        } else {
            CompletionKind kind = path.equals(CHAT) ? CompletionKind.CHAT : CompletionKind.TEXT;
            queries.read(exchange, body -> parse(kind, body), (chat, body) -> complete(exchange, kind, chat, body));
        }
    }

    private void models(HttpServerExchange exchange, String path) {
        if (!exchange.getRequestMethod().equals(Methods.GET) && !exchange.getRequestMethod().equals(Methods.HEAD)) {
            Problems.methodNotAllowed(exchange, "GET, HEAD");
        } else if (path.equals(MODELS)) {
            Responses.json(exchange, models.page());
        } else {
            Responses.json(exchange, models.find(path.substring(MODEL.length())));
        }
    }

    private ChatRequest parse(CompletionKind kind, String body) {
        return kind == CompletionKind.CHAT ? ChatRequest.chat(body, models::passesOn) : ChatRequest.completion(body);
    }

    private void complete(HttpServerExchange exchange, CompletionKind kind, ChatRequest chat, String body) {
        Query query = queries.query(exchange, chat, null, body);
        if (chat.isStreamed()) {
            queries.answer(exchange, query, FollowOptions.WHOLE,
                    Representation.of(ServerSentEvents.MEDIA_TYPE, new CompletionEvents(kind, chat.model(), chat.includesUsage())));
        } else {
            queries.answer(exchange, query, FollowOptions.ENDED, Representation.of(Responses.JSON, new CompletionDocument(kind, chat.model())));
        }
    }
}
