package io.mpstream.streamer.http.request;

import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.TraceContext;
import io.mpstream.streamer.auth.Principal;
import io.mpstream.streamer.json.PostedQuery;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes queries of what clients ask, checked. Immutable, any thread. */
public final class QueryRequests {
    /** What attributes of clients may not begin with: the server's own, and what tokens say. */
    private static final List<String> RESERVED = List.of(Conversation.OWN, Principal.CLAIM_PREFIX);
    /** The attribute that names who is to answer, where that is not the first responder; a term of the query, and no attribute, from here on. */
    private static final String RESPONDER = "responder";
    private static final HttpString IDEMPOTENCY_KEY = new HttpString("Idempotency-Key");

    private final Limits limits;
    /** The names of those who answer. */
    private final Set<String> responders;

    /** Queries within these limits, for responders of these names. */
    public QueryRequests(Limits limits, Set<String> responders) {
        this.limits = limits;
        this.responders = responders;
    }

    /**
     * Reads the query of a request that has it in its target.
     *
     * @param path     of the request
     * @throws HttpProblem if anything about it is wrong
     */
    public Query of(HttpServerExchange exchange, String path, QueryParameters parameters) {
        String text = path.equals(Paths.ASK) ? parameters.query() : PercentDecoder.decode(RequestPath.withoutOuterSlashes(path), false);
        if (text.isEmpty()) {
            throw bad("the query is empty: ask with GET /{query}, percent-encoded");
        }
        int bytes = bytes(text);
        if (bytes > limits.queryBytesMax()) {
            throw new HttpProblem(StatusCodes.REQUEST_URI_TOO_LARGE, "the query has " + bytes + " bytes; " + limits.queryBytesMax() + " are allowed");
        }
        return of(exchange, new PostedQuery(text, parameters.user(), Map.of()), parameters);
    }

    /**
     * Makes the query of a request that has it in its body; what the body does not say its parameters may.
     *
     * @throws HttpProblem if anything about it is wrong
     */
    public Query of(HttpServerExchange exchange, PostedQuery posted, QueryParameters parameters) {
        String user = posted.user().isEmpty() ? parameters.user() : posted.user();
        return query(new PostedQuery(posted.query(), user, posted.attributes()), parameters.responder(), parameters.onDisconnect(), key(exchange), Caller.of(exchange),
                TraceFields.of(exchange));
    }

    /** The idempotency key of a request, or null. */
    private static String key(HttpServerExchange exchange) {
        return exchange.getRequestHeaders().getFirst(IDEMPOTENCY_KEY);
    }

    /**
     * Makes the query of what a client has said.
     *
     * @param responder    the name of who is to answer, or null
     * @param onDisconnect what happens when nobody reads the answer, or null
     * @param key          idempotency key, or null
     * @param caller       in whose name
     * @param trace        context of the request that it came in, or null; what the attributes say comes before it
     * @throws HttpProblem if anything about it is wrong
     */
    public Query query(PostedQuery posted, String responder, DisconnectPolicy onDisconnect, String key, Caller caller, TraceContext trace) {
        for (String name : posted.attributes().keySet()) {
            for (String reserved : RESERVED) {
                if (name.startsWith(reserved)) {
                    throw bad("attributes that begin with '" + reserved + "' are reserved");
                }
            }
        }
        return checked(responder == null ? posted : naming(responder, posted), onDisconnect, key, caller, trace);
    }

    private static PostedQuery naming(String responder, PostedQuery posted) {
        Map<String, String> attributes = new HashMap<>(posted.attributes());
        if (!attributes.merge(RESPONDER, responder, (named, other) -> named).equals(responder)) {
            throw bad("the query names another responder than the option '" + RESPONDER + "'");
        }
        return new PostedQuery(posted.query(), posted.user(), attributes);
    }

    /**
     * Makes the query of a request in the API of another, whose attributes are the server's own.
     *
     * @throws HttpProblem              if anything about it is wrong
     * @throws IllegalArgumentException if any of the strings is not well-formed
     */
    public Query ofDialect(HttpServerExchange exchange, PostedQuery posted, DisconnectPolicy onDisconnect) {
        return checked(posted, onDisconnect, key(exchange), Caller.of(exchange), TraceFields.of(exchange));
    }

    private Query checked(PostedQuery posted, DisconnectPolicy onDisconnect, String key, Caller caller, TraceContext trace) {
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
        String responder = posted.attributes().get(RESPONDER);
        if (responder != null && !responders.contains(responder)) {
            throw bad("there is no responder '" + responder + "'; known are " + String.join(", ", new TreeSet<>(responders)));
        }
        Map<String, String> attributes = TraceContext.settled(posted.attributes(), trace);
        if (responder != null || !caller.attributes().isEmpty()) {
            attributes = new HashMap<>(attributes);
            attributes.remove(RESPONDER);
            attributes.putAll(caller.attributes());
        }
        QueryTerms terms = new QueryTerms(key, onDisconnect == null ? null : onDisconnect.cancelAfter(), caller.isAnonymous() ? caller.account() : null,
                null, responder);
        Query query = new Query(StreamId.mint(), posted.query(), user, terms, attributes, System.currentTimeMillis());
        if (query.bytes() > Query.WHOLE_BYTES_MAX) {
            throw new HttpProblem(StatusCodes.REQUEST_ENTITY_TOO_LARGE, "the query, with all that comes with it, has more than " + Query.WHOLE_BYTES_MAX + " bytes");
        }
        return query;
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
