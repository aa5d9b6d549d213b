package io.mpstream.streamer.encoding;

import io.mpstream.protocol.Unicode;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a client says on a WebSocket: one object of one field, which names what it wants.
 *
 * @param kind         what it wants
 * @param ref          the client's own name for the stream on this connection
 * @param query        for {@link Kind#ASK}, else null
 * @param onDisconnect for {@link Kind#ASK}, or null
 * @param key          idempotency key for {@link Kind#ASK}, or null
 * @param stream       for {@link Kind#FOLLOW}: the stream, or null for the one that the feed is at
 * @param feed         for {@link Kind#FOLLOW}: the feed to stay with, or null
 * @param offset       where to begin, or -1 if that is not said
 * @param token        for {@link Kind#TOKEN}, which has nothing else
 */
public record SocketRequest(Kind kind, String ref, PostedQuery query, String onDisconnect, String key, String stream, String feed, long offset,
        String token) {
    private static final int REF_LENGTH_MAX = 64;
    private static final Set<String> KINDS = Set.of("ask", "follow", "leave", "cancel", "token");

    /** What a client may want. */
    public enum Kind {
        /** An answer to a query. */
        ASK,
        /** A stream or a feed. */
        FOLLOW,
        /** No more of it; others may go on. */
        LEAVE,
        /** Its end, for all who follow it. */
        CANCEL,
        /** To go on under a fresh token. */
        TOKEN
    }

    /**
     * Reads a text message.
     *
     * @throws IllegalArgumentException if it is not one of these, saying why
     */
    public static SocketRequest parse(String message) {
        JsonNode object = PostedJson.read(Unicode.withoutSignature(message), "the message");
        if (!object.isObject() || object.size() != 1) {
            throw new IllegalArgumentException("a message is an object with one field: ask, follow, leave, cancel or token");
        }
        Map.Entry<String, JsonNode> field = object.properties().iterator().next();
        Kind kind = switch (field.getKey()) {
            case "ask" -> Kind.ASK;
            case "follow" -> Kind.FOLLOW;
            case "leave" -> Kind.LEAVE;
            case "cancel" -> Kind.CANCEL;
            case "token" -> Kind.TOKEN;
            default -> throw new IllegalArgumentException("there is no '" + field.getKey() + "'; known are ask, follow, leave, cancel, token");
        };
        return kind == Kind.TOKEN ? token(field.getValue()) : of(kind, field.getValue());
    }

    private static SocketRequest token(JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("'token' is not a string");
        }
        return new SocketRequest(Kind.TOKEN, null, null, null, null, null, null, -1, value.stringValue());
    }

    /** The reference in a message that cannot be read otherwise, or null. */
    public static String ref(String message) {
        try {
            JsonNode object = JsonEvents.read(Unicode.withoutSignature(message));
            if (object == null || !object.isObject() || object.size() != 1 || !KINDS.contains(object.propertyNames().iterator().next())) {
                return null;
            }
            JsonNode ref = object.iterator().next().get("ref");
            boolean isRef = ref != null && ref.isString() && ref.stringValue().length() <= REF_LENGTH_MAX && Unicode.isWellFormed(ref.stringValue());
            return isRef ? ref.stringValue() : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static SocketRequest of(Kind kind, JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("what is wanted is not an object");
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!isKnown(kind, field.getKey())) {
                throw new IllegalArgumentException("there is no field '" + field.getKey() + "' here");
            }
        }
        String ref = text(object, "ref");
        if (ref == null || ref.isEmpty() || ref.length() > REF_LENGTH_MAX) {
            throw new IllegalArgumentException("a 'ref' has 1 to " + REF_LENGTH_MAX + " characters");
        }
        PostedQuery query = kind == Kind.ASK ? query(object) : null;
        String stream = text(object, "stream");
        String feed = text(object, "feed");
        if (kind == Kind.FOLLOW && stream == null && feed == null) {
            throw new IllegalArgumentException("a 'stream' or a 'feed' is followed");
        }
        return new SocketRequest(kind, ref, query, text(object, "onDisconnect"), text(object, "idempotencyKey"), stream, feed, offset(object), null);
    }

    private static boolean isKnown(Kind kind, String field) {
        return field.equals("ref") || switch (kind) {
            case ASK -> switch (field) {
                case "query", "user", "attributes", "onDisconnect", "idempotencyKey" -> true;
                default -> false;
            };
            case FOLLOW -> switch (field) {
                case "stream", "feed", "offset" -> true;
                default -> false;
            };
            case LEAVE, CANCEL, TOKEN -> false;
        };
    }

    private static PostedQuery query(JsonNode object) {
        JsonNode attributes = object.get("attributes");
        String query = text(object, "query");
        String user = text(object, "user");
        if (query == null || query.isEmpty()) {
            throw new IllegalArgumentException("the query is empty");
        }
        return new PostedQuery(query, user == null ? "" : user, attributes == null ? Map.of() : PostedQuery.texts(attributes));
    }

    private static String text(JsonNode object, String name) {
        JsonNode value = object.get(name);
        if (value != null && !value.isString()) {
            throw new IllegalArgumentException("'" + name + "' is not a string");
        }
        return value == null ? null : value.stringValue();
    }

    private static long offset(JsonNode object) {
        JsonNode value = object.get("offset");
        if (value == null) {
            return -1;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new IllegalArgumentException("'offset' is not a number of bytes");
        }
        return value.longValue();
    }
}
