package io.mpstream.streamer.http;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.hub.DisconnectPolicy;
import io.mpstream.streamer.hub.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a client asks for: the query and its options.
 *
 * @param query        for the producer
 * @param onDisconnect what happens when the client leaves
 * @param namesFormat  whether the format is named by an option, which wins over {@code Accept}
 */
record Asking(Query query, DisconnectPolicy onDisconnect, boolean namesFormat) {
    /** The path on which the query is an option. */
    static final String PATH = "/v1/ask";

    /**
     * Reads a request.
     *
     * @param byDefault what happens to a stream without readers, when the request does not say
     * @throws BadRequest if anything about it is wrong
     */
    static Asking of(HttpServerExchange exchange, Limits limits, DisconnectPolicy byDefault) {
        String path = RequestPath.of(exchange);
        Options options = Options.parse(exchange.getQueryString(), path.equals(PATH));
        String text = path.equals(PATH)
                ? options.query()
                : PercentDecoder.decode(RequestPath.withoutOuterSlashes(path), false);
        if (text.isEmpty()) {
            throw new BadRequest(StatusCodes.BAD_REQUEST, "the query is empty: ask with GET /{query}, percent-encoded");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.queryBytesMax()) {
            throw new BadRequest(StatusCodes.REQUEST_URI_TOO_LARGE,
                    "the query has " + bytes + " bytes; " + limits.queryBytesMax() + " are allowed");
        }
        String user = options.user();
        if (user.getBytes(StandardCharsets.UTF_8).length > limits.userBytesMax()) {
            throw new BadRequest(StatusCodes.BAD_REQUEST, "the user's name is longer than " + limits.userBytesMax() + " bytes");
        }
        Query query = new Query(StreamId.random(), text, user, Map.of(), System.currentTimeMillis());
        return new Asking(query, options.onDisconnect(byDefault), options.namesFormat());
    }
}
