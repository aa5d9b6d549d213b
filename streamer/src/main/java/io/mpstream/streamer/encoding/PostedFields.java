package io.mpstream.streamer.encoding;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A small JSON object that a client posts: strings and numbers by name. */
public final class PostedFields {
    private final JsonNode object;

    private PostedFields(JsonNode object) {
        this.object = object;
    }

    /**
     * Reads one.
     *
     * @param json  the document; an empty one has no fields
     * @param known names that may occur
     * @throws IllegalArgumentException if it is none, saying why
     */
    public static PostedFields parse(String json, Set<String> known) {
        JsonNode object = json.isBlank() ? JsonEvents.object() : PostedJson.read(json, "the body");
        if (!object.isObject()) {
            throw new IllegalArgumentException("the body is not a JSON object");
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!known.contains(field.getKey())) {
                throw new IllegalArgumentException("there is no field '" + field.getKey() + "' here");
            }
        }
        return new PostedFields(object);
    }

    /**
     * A string, or null if it is not there.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public String text(String name) {
        JsonNode value = object.get(name);
        if (value != null && !value.isString()) {
            throw new IllegalArgumentException("'" + name + "' is not a string");
        }
        return value == null ? null : value.stringValue();
    }

    /**
     * A whole number, or what holds if it is not there.
     *
     * @throws IllegalArgumentException if it is something else, or not within bounds
     */
    public long number(String name, long byDefault, long min, long max) {
        JsonNode value = object.get(name);
        if (value == null) {
            return byDefault;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            throw new IllegalArgumentException("'" + name + "' is not a number from " + min + " to " + max);
        }
        return value.longValue();
    }
}
