package io.mpstream.streamer.json;

import java.util.Map;
import java.util.Objects;

/**
 * A query as a client posts it: {@code {"query": …, "user": …, "attributes": {…}}}.
 *
 * @param query      what is asked, or an empty string
 * @param user       who asks, or an empty string
 * @param attributes what else is handed to the responder
 */
public record PostedQuery(String query, String user, Map<String, String> attributes) {
    /** A query; what is null was not said. */
    public PostedQuery {
        query = Objects.requireNonNullElse(query, "");
        user = Objects.requireNonNullElse(user, "");
        attributes = Objects.requireNonNullElse(attributes, Map.of());
    }

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is not one, saying why
     */
    public static PostedQuery parse(String json) {
        return Json.read(json, PostedQuery.class);
    }
}
