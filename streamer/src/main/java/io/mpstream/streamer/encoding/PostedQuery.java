package io.mpstream.streamer.encoding;

import io.mpstream.protocol.StreamId;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A query as a client posts it: {@code {"query": …, "user": …, "attributes": {…}}}.
 *
 * @param query      what is asked
 * @param user       who asks, or an empty string
 * @param attributes what else is handed to the responder
 */
public record PostedQuery(String query, String user, Map<String, String> attributes) {
    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is not one, saying why
     */
    public static PostedQuery parse(String json) {
        JsonNode object = PostedJson.read(json, "the body");
        if (!object.isObject()) {
            throw new IllegalArgumentException("the query is not a JSON object");
        }
        String query = "";
        String user = "";
        Map<String, String> attributes = Map.of();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            switch (field.getKey()) {
                case "query" -> query = text(field);
                case "user" -> user = text(field);
                case "attributes" -> attributes = texts(field.getValue());
                default -> throw new IllegalArgumentException("there is no field '" + field.getKey() + "'; known are query, user, attributes");
            }
        }
        return new PostedQuery(query, user, attributes);
    }

    static Map<String, String> texts(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("'attributes' is not a JSON object");
        }
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(field -> texts.put(field.getKey(), text(field)));
        return texts;
    }

    private static String text(Map.Entry<String, JsonNode> field) {
        if (!field.getValue().isString()) {
            throw new IllegalArgumentException("'" + field.getKey() + "' is not a string");
        }
        return field.getValue().stringValue();
    }

    /** What a client is told whose query was taken, as UTF-8. */
    public static byte[] receipt(StreamId stream, String state, String url) {
        return JsonEvents.bytes(JsonEvents.object().put("stream", stream.toString()).put("state", state).put("url", url));
    }
}
