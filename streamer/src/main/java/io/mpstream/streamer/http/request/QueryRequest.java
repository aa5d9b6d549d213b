package io.mpstream.streamer.http.request;

import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.auth.Principal;
import io.mpstream.streamer.encoding.PostedQuery;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.QueryTerms;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a client asks for, checked. */
public final class QueryRequest {
    /** What attributes of clients may not begin with: the server's own, and what tokens say. */
    private static final List<String> RESERVED = List.of(QueryTerms.RESERVED, Principal.CLAIM_PREFIX);
    private static final HttpString IDEMPOTENCY_KEY = new HttpString("Idempotency-Key");

    private QueryRequest() {
    }

    /**
     * Reads the query of a request that has it in its target.
     *
     * @param path     of the request
     * @throws HttpProblem if anything about it is wrong
     */
    public static Query of(HttpServerExchange exchange, String path, QueryParameters parameters, Limits limits) {
        String text = path.equals(Paths.ASK) ? parameters.query() : PercentDecoder.decode(RequestPath.withoutOuterSlashes(path), false);
        if (text.isEmpty()) {
            throw bad("the query is empty: ask with GET /{query}, percent-encoded");
        }
        int bytes = bytes(text);
        if (bytes > limits.queryBytesMax()) {
            throw new HttpProblem(StatusCodes.REQUEST_URI_TOO_LARGE, "the query has " + bytes + " bytes; " + limits.queryBytesMax() + " are allowed");
        }
        return query(new PostedQuery(text, parameters.user(), Map.of()), parameters.onDisconnect(), key(exchange), limits, Caller.of(exchange));
    }

    /** The idempotency key of a request, or null. */
    public static String key(HttpServerExchange exchange) {
        return exchange.getRequestHeaders().getFirst(IDEMPOTENCY_KEY);
    }

    /**
     * Makes the query of what a client has said.
     *
     * @param onDisconnect what happens when nobody reads the answer, or null
     * @param key          idempotency key, or null
     * @param caller       in whose name
     * @throws HttpProblem if anything about it is wrong
     */
    public static Query query(PostedQuery posted, DisconnectPolicy onDisconnect, String key, Limits limits, Caller caller) {
        if (posted.query().isEmpty()) {
            throw bad("the query is empty");
        }
        String user = caller.user(posted.user());
        if (bytes(user) > limits.userBytesMax()) {
            throw bad("the user's name is longer than " + limits.userBytesMax() + " bytes");
        }
        if (key != null && !isKey(key, limits.keyBytesMax())) {
            throw bad("an Idempotency-Key has 1 to " + limits.keyBytesMax() + " characters, of ASCII, and is not blank");
        }
        for (String reserved : RESERVED) {
            if (posted.attributes().keySet().stream().anyMatch(name -> name.startsWith(reserved))) {
                throw bad("attributes that begin with '" + reserved + "' are reserved");
            }
        }
        Map<String, String> attributes = posted.attributes();
        if (!caller.attributes().isEmpty()) {
            attributes = new HashMap<>(attributes);
            attributes.putAll(caller.attributes());
        }
        QueryTerms terms = new QueryTerms(onDisconnect, key, null, caller.isAnonymous() ? caller.account() : null);
        return new Query(StreamId.random(), posted.query(), user, terms.with(attributes), System.currentTimeMillis());
    }

    /** Of ASCII alone: what other bytes in a header field stand for nobody knows (RFC 9110, section 5.5). */
    private static boolean isKey(String key, int lengthMax) {
        return !key.isBlank() && key.length() <= lengthMax && key.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static HttpProblem bad(String detail) {
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }
}
