package io.mpstream.streamer.json;

import io.mpstream.protocol.Unicode;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A message of a client on a WebSocket: an object of one field, which names what it wants. */
public sealed interface ClientMessage {
    /** Characters of the name that a client gives to a stream on its connection. */
    int REF_LENGTH_MAX = 64;
    /** Names of the fields. */
    List<String> KINDS = List.of("ask", "follow", "leave", "cancel", "token");

    /** The client's own name for the stream on this connection; null where it is about none. */
    default String ref() {
        return null;
    }

    /**
     * {@code ask}: an answer is wanted.
     *
     * @param user           who asks, or null
     * @param attributes     what else is handed to the responder, or null
     * @param responder      the name of who is to answer, or null
     * @param onDisconnect   what happens when nobody reads the answer, or null
     * @param idempotencyKey or null
     */
    record Ask(String ref, String query, String user, Map<String, String> attributes, String responder, String onDisconnect, String idempotencyKey)
            implements ClientMessage {
        /** Checks the reference, and that something is asked. */
        public Ask {
            requireRef(ref);
            if (query == null || query.isEmpty()) {
                throw new IllegalArgumentException("the query is empty");
            }
        }

        /** The query as it could have been posted. */
        public PostedQuery posted() {
            return new PostedQuery(query, user, attributes);
        }
    }

    /**
     * {@code follow}: a stream or a feed is wanted.
     *
     * @param stream or null for the one that the feed is at
     * @param feed   to stay with, or null
     * @param offset where to begin, or null
     * @param speed  times as fast as it was written, or null for as fast as it goes
     */
    record Follow(String ref, String stream, String feed, Long offset, Double speed) implements ClientMessage {
        private static final double SPEED_MIN = 0.001;
        private static final double SPEED_MAX = 1_000;

        /** Checks the reference, and that something is followed. */
        public Follow {
            requireRef(ref);
            if (stream == null && feed == null) {
                throw new IllegalArgumentException("a 'stream' or a 'feed' is followed");
            }
            if (offset != null && offset < 0) {
                throw new IllegalArgumentException("'offset' is not a number of bytes");
            }
            if (speed != null && !(speed >= SPEED_MIN && speed <= SPEED_MAX)) {
                throw new IllegalArgumentException("'speed' can be a number above 0 and up to 1000, such as 1 or 0.5");
            }
        }
    }

    /** {@code leave}: no more of it is wanted; others may go on. */
    record Leave(String ref) implements ClientMessage {
        /** Checks the reference. */
        public Leave {
            requireRef(ref);
        }
    }

    /** {@code cancel}: its end is wanted, for all who follow it. */
    record Cancel(String ref) implements ClientMessage {
        /** Checks the reference. */
        public Cancel {
            requireRef(ref);
        }
    }

    /** {@code token}: the connection is to go on under a fresh token. */
    record Renew(String token) implements ClientMessage {
    }

    private static void requireRef(String ref) {
        if (ref == null || ref.isEmpty() || ref.length() > REF_LENGTH_MAX) {
            throw new IllegalArgumentException("a 'ref' has 1 to " + REF_LENGTH_MAX + " characters");
        }
    }

    /**
     * Reads a text message.
     *
     * @throws IllegalArgumentException if it is not one of these, saying why
     */
    static ClientMessage parse(String message) {
        JsonNode object = Json.tree("the message", Unicode.withoutSignature(message));
        if (!object.isObject() || object.size() != 1) {
            throw new IllegalArgumentException("a message is an object with one field, of " + String.join(", ", KINDS));
        }
        Map.Entry<String, JsonNode> field = object.properties().iterator().next();
        String wanted = "'" + field.getKey() + "'";
        return switch (field.getKey()) {
            case "ask" -> Json.bind(wanted, field.getValue(), Ask.class);
            case "follow" -> Json.bind(wanted, field.getValue(), Follow.class);
            case "leave" -> Json.bind(wanted, field.getValue(), Leave.class);
            case "cancel" -> Json.bind(wanted, field.getValue(), Cancel.class);
            case "token" -> Json.bind(wanted, object, Renew.class);
            default -> throw new IllegalArgumentException("there is no " + wanted + "; known are " + String.join(", ", KINDS));
        };
    }

    /** The reference in a message that cannot be read otherwise, or null. */
    static String ref(String message) {
        try {
            JsonNode object = Json.known(Unicode.withoutSignature(message));
            if (!object.isObject() || object.size() != 1 || !KINDS.contains(object.propertyNames().iterator().next())) {
                return null;
            }
            JsonNode ref = object.iterator().next().path("ref");
            boolean isRef = ref.isString() && ref.stringValue().length() <= REF_LENGTH_MAX && Unicode.isWellFormed(ref.stringValue());
            return isRef ? ref.stringValue() : null;
        } catch (JacksonException e) {
            return null;
        }
    }
}
