package io.mpstream.streamer.dialect;

import io.mpstream.streamer.json.Json;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of a request's body. One that is null is as good as absent, and unknown ones are passed over, as the servers do that clients are
 * made for. What is not what it should be is a {@link DialectException} that names it.
 */
final class Fields {
    static final JsonMapper MAPPER = JsonMapper.builder(Json.factory().build()).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final String MODEL = "model";
    private static final int MODEL_LENGTH_MAX = 256;

    private final ObjectNode object;

    private Fields(ObjectNode object) {
        this.object = object;
    }

    /** Reads a body. */
    static Fields parse(String body) {
        JsonNode node;
        try {
            node = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw DialectException.invalid(null, "the body is not JSON, or names a field twice");
        }
        if (node instanceof ObjectNode object) {
            return new Fields(object);
        }
        throw DialectException.invalid(null, "the body is not a JSON object");
    }

    /** The body without one of its members, as JSON. */
    String without(String name) {
        ObjectNode rest = object.deepCopy();
        rest.remove(name);
        return MAPPER.writeValueAsString(rest);
    }

    /** A member of any kind, or null. */
    JsonNode node(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** A string, or null. */
    String string(String name) {
        JsonNode node = node(name);
        if (node != null && !node.isString()) {
            throw DialectException.invalid(name, "'" + name + "' is not a string");
        }
        return node == null ? null : node.stringValue();
    }

    /** Whether a member is true. */
    boolean flag(String name) {
        JsonNode node = node(name);
        if (node != null && !node.isBoolean()) {
            throw DialectException.invalid(name, "'" + name + "' is not true or false");
        }
        return node != null && node.booleanValue();
    }

    /** A number as JSON, or null. */
    String number(String name, boolean isWhole) {
        JsonNode node = node(name);
        if (node != null && !(isWhole ? node.isIntegralNumber() : node.isNumber() && Double.isFinite(node.doubleValue()))) {
            throw DialectException.invalid(name, "'" + name + "' is not a " + (isWhole ? "whole number" : "number"));
        }
        return node == null ? null : node.toString();
    }

    /** The model that is asked for. */
    String model() {
        String model = string(MODEL);
        if (model == null || model.isBlank()) {
            throw DialectException.invalid(MODEL, "you must provide a model");
        }
        if (model.length() > MODEL_LENGTH_MAX) {
            throw DialectException.invalid(MODEL, "the name of a model has " + MODEL_LENGTH_MAX + " characters at most");
        }
        return model;
    }

    /** Refuses a member that asks for what is not there; one that asks for nothing passes. */
    void refuse(String name, String why) {
        JsonNode node = node(name);
        boolean asksNothing = node == null || node.isBoolean() && !node.booleanValue() || node.isArray() && node.isEmpty() || node.isObject() && node.isEmpty()
                || node.isNumber() && node.doubleValue() == 0;
        if (!asksNothing) {
            throw DialectException.unsupported(name, "'" + name + "' is not supported: " + why);
        }
    }

    /** Refuses a member that has another value than these. */
    void refuseUnless(String name, Set<String> values, String why) {
        JsonNode node = node(name);
        if (node != null && !values.contains(node.isString() ? node.stringValue() : node.toString())) {
            throw DialectException.unsupported(name, "'" + name + "' is not supported: " + why);
        }
    }
}
