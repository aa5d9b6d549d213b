package io.mpstream.streamer.http;

import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Sha256;
import io.mpstream.streamer.dialect.ChatRequest;
import io.mpstream.streamer.dialect.DialectException;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.ContentType;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.QueryRequests;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.http.response.StreamResponse;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.json.PostedQuery;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.Asked;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks what comes in the API of another, once: a client that lost the response to a request and sends it again gets the answer that there is. I/O threads. */
final class DialectQueries {
    private static final HttpString RETRY_COUNT = new HttpString("X-Stainless-Retry-Count");
    private static final long RETRY_MS_MAX = TimeUnit.MINUTES.toMillis(10);
    private static final String RESPONDER = "responder";
    /** Characters of a body that takes a moment to read. */
    private static final int LONG_LENGTH = 64 * 1024;

    private final Hub hub;
    private final QueryBody bodies;
    private final QueryRequests queries;
    private final Models models;
    private final StreamResponse response;
    /** Runs what may wait. */
    private final Executor patient;

    DialectQueries(Hub hub, QueryBody bodies, QueryRequests queries, Models models, StreamResponse response, Executor patient) {
        this.hub = hub;
        this.bodies = bodies;
        this.queries = queries;
        this.models = models;
        this.response = response;
        this.patient = patient;
    }

    /**
     * Reads a body; what goes wrong on the way, and in what is called, is answered.
     *
     * @param parse makes of it what is asked; of a long one on a thread that may wait, since others are served on this one
     * @param then  gets that, and the body
     */
    <T> void read(HttpServerExchange exchange, Function<String, T> parse, BiConsumer<T, String> then) {
        if (!ContentType.mediaType(exchange.getRequestHeaders()).equals(Responses.JSON)) {
            throw new HttpProblem(StatusCodes.UNSUPPORTED_MEDIA_TYPE, "the body is to be " + Responses.JSON);
        }
        bodies.read(exchange, body -> {
            if (body.length() < LONG_LENGTH) {
                then.accept(parse.apply(body), body);
            } else {
                wait(exchange, () -> parse.apply(body), parsed -> then.accept(parsed, body));
            }
        });
    }

    /** Does what may wait elsewhere, and goes on here with what came of it. */
    <T> void wait(HttpServerExchange exchange, Supplier<T> what, Consumer<T> then) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> CompletableFuture.supplyAsync(what, patient).whenCompleteAsync((done, failure) -> {
            try {
                if (failure != null) {
                    throw failure.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure);
                }
                then.accept(done);
            } catch (RuntimeException e) {
                Problems.answer(exchange, e);
            }
        }, exchange.getIoThread()));
    }

    /**
     * Makes the query of a request.
     *
     * @param body as it came
     */
    Query query(HttpServerExchange exchange, ChatRequest chat, DisconnectPolicy onDisconnect, String body) {
        Map<String, String> attributes = new HashMap<>(chat.attributes());
        attributes.put(Conversation.DIGEST, digest(exchange, body));
        String responder = models.responder(chat.model());
        if (responder != null) {
            attributes.put(RESPONDER, responder);
        }
        try {
            return queries.ofDialect(exchange, new PostedQuery(chat.text(), "", attributes), onDisconnect);
        } catch (IllegalArgumentException e) {
            // Of a text that is none.
            throw DialectException.invalid(null, e.getMessage());
        }
    }

    private static String digest(HttpServerExchange exchange, String body) {
        return Sha256.hex((exchange.getRequestURI() + "\n" + body).getBytes(StandardCharsets.UTF_8));
    }

    /** Answers a query, or a retry of it, with its stream. */
    void answer(HttpServerExchange exchange, Query query, FollowOptions options, Representation representation) {
        LiveStream known = known(exchange, query);
        if (known == null) {
            response.ask(exchange, query, options, representation, stream -> Responses.requestId(exchange, stream));
        } else {
            follow(exchange, known, options, representation);
        }
    }

    /** Answers with a stream that there is. */
    void follow(HttpServerExchange exchange, LiveStream stream, FollowOptions options, Representation representation) {
        Responses.requestId(exchange, stream.id());
        response.follow(exchange, stream, options, representation);
    }

    /** The stream of a query that a client sends once more, if there is one that did not fail; else null. */
    LiveStream known(HttpServerExchange exchange, Query query) {
        String count = exchange.getRequestHeaders().getFirst(RETRY_COUNT);
        if (count == null || !count.matches("[1-9]\\d{0,3}")) {
            return null;
        }
        LiveStream stream = hub.newest(query.account(), Asked.label(Conversation.DIGEST, query.attributes().get(Conversation.DIGEST)));
        boolean isGood = stream != null && query.acceptedAtMs() - stream.asked().acceptedAtMs() < RETRY_MS_MAX && Caller.of(exchange).sees(stream)
                && (stream.end() == null || stream.end().outcome() == Outcome.COMPLETED);
        return isGood ? stream : null;
    }

    /** The newest stream of a conversation, or null. */
    LiveStream newest(HttpServerExchange exchange, String chat) {
        LiveStream stream = hub.newest(Caller.of(exchange).turn(), Asked.label(Conversation.CHAT, chat));
        return stream == null || !Caller.of(exchange).sees(stream) ? null : stream;
    }
}
