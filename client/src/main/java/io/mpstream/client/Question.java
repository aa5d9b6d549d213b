package io.mpstream.client;

import io.mpstream.client.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A query, and what is said with it. Immutable: each method returns another one. An empty string, or no attribute, leaves it to the server.
 *
 * @param query        what is asked, up to 1 MiB of UTF-8 with all attributes
 * @param user         who asks; with tokens it is theirs
 * @param responder    the name of who is to answer
 * @param onDisconnect {@code continue}, {@code cancel}, or a time such as {@code 30s}: how long the answer goes on without a viewer
 * @param attributes   what else is handed to the responder
 */
public record Question(String query, String user, String responder, String onDisconnect, Map<String, String> attributes) {
    /**
     * Copies the attributes.
     *
     * @throws IllegalArgumentException if the query is empty, or a text has half of a surrogate pair
     */
    public Question {
        attributes = Map.copyOf(attributes);
        requireText(query);
        requireText(user);
        attributes.forEach((name, value) -> {
            requireText(name);
            requireText(value);
        });
        if (query.isEmpty()) {
            throw new IllegalArgumentException("the query is empty");
        }
    }

    private static void requireText(String text) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("a text of the query has half of a surrogate pair");
        }
    }

    /** A query, and nothing else said. */
    public static Question of(String query) {
        return new Question(query, "", "", "", Map.of());
    }

    /** The same, asked by this user. */
    public Question user(String user) {
        return new Question(query, user, responder, onDisconnect, attributes);
    }

    /** The same, of this responder. */
    public Question responder(String responder) {
        return new Question(query, user, responder, onDisconnect, attributes);
    }

    /** The same, going on for so long without a viewer. */
    public Question onDisconnect(String onDisconnect) {
        return new Question(query, user, responder, onDisconnect, attributes);
    }

    /** The same, with this attribute too. */
    public Question attribute(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(attributes);
        all.put(name, value);
        return new Question(query, user, responder, onDisconnect, all);
    }

    /** As it is posted. */
    String json() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("query", query);
        if (!user.isEmpty()) {
            body.put("user", user);
        }
        if (!attributes.isEmpty()) {
            body.put("attributes", attributes);
        }
        return JsonWriter.write(body);
    }
}
