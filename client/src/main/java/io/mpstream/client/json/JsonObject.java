package io.mpstream.client.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object that was read. To ask for what is not in it, or is of another type, throws a {@link JsonException}. Immutable. */
public final class JsonObject {
    private final Map<?, ?> members;

    private JsonObject(Map<?, ?> members) {
        this.members = members;
    }

    /**
     * Reads one.
     *
     * @throws JsonException if that is none
     */
    public static JsonObject read(String json) {
        return of(JsonReader.read(json), "the document");
    }

    private static JsonObject of(Object value, String name) {
        if (value instanceof Map<?, ?> members) {
            return new JsonObject(members);
        }
        throw wrong(name);
    }

    private static JsonException wrong(String name) {
        return new JsonException("JSON in which " + name + " is missing or of another type");
    }

    /** Whether it has this, and it is not null. */
    public boolean has(String name) {
        return members.get(name) != null;
    }

    /** A string. */
    public String string(String name) {
        return member(name, String.class);
    }

    /** A whole number. */
    public long number(String name) {
        return member(name, Long.class);
    }

    /** An object in it. */
    public JsonObject object(String name) {
        return of(members.get(name), "'" + name + "'");
    }

    /** A list of objects. */
    public List<JsonObject> objects(String name) {
        List<?> items = member(name, List.class);
        return items.stream().map(each -> of(each, "an item of '" + name + "'")).toList();
    }

    /** A moment, or null. */
    public Instant time(String name) {
        try {
            return has(name) ? Instant.parse(string(name)) : null;
        } catch (DateTimeException e) {
            throw wrong("'" + name + "'");
        }
    }

    /** All of it, which are strings. */
    public Map<String, String> strings() {
        Map<String, String> strings = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (!(value instanceof String)) {
                throw wrong("'" + name + "'");
            }
            strings.put((String) name, (String) value);
        });
        return strings;
    }

    private <T> T member(String name, Class<T> type) {
        Object value = members.get(name);
        if (!type.isInstance(value)) {
            throw wrong("'" + name + "'");
        }
        return type.cast(value);
    }
}
