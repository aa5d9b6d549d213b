package io.mpstream.streamer.json;

import io.mpstream.protocol.Unicode;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/** JSON documents as records: one that a client sent says one thing to everybody, one that it gets is one line. Any thread. */
public final class Json {
    private static final JsonMapper WRITER = JsonMapper.builder(factory().characterEscapes(new LineEscapes()).build())
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();
    /** Strict: of two members of one name nobody knows which one counts (RFC 8259, section 4), and nothing is taken for something else. */
    private static final JsonMapper READER = JsonMapper.builder(factory().build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, text -> {
                for (CoercionInputShape shape : List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
                    text.setCoercion(shape, CoercionAction.Fail);
                }
            })
            .build();

    private Json() {
    }

    /** Of parsers and generators whose buffers belong to their thread: few threads read and write all documents. */
    public static JsonFactoryBuilder factory() {
        return JsonFactory.builder().recyclerPool(JsonRecyclerPools.threadLocalPool());
    }

    /** A document, as UTF-8. */
    public static byte[] bytes(Object document) {
        return WRITER.writeValueAsBytes(document);
    }

    /** An object without members. */
    public static ObjectNode object() {
        return WRITER.createObjectNode();
    }

    /** Reads what is known to be JSON. */
    public static JsonNode known(String json) {
        return WRITER.readTree(json);
    }

    /**
     * Reads the body of a request: an object with no members but the record's own.
     *
     * @throws IllegalArgumentException if it is none, saying what is wrong with it
     */
    public static <T> T read(String body, Class<T> record) {
        return bind("the body", tree("the body", body), record);
    }

    /**
     * Reads a document of any kind.
     *
     * @param what its name in what is thrown: {@code the body}
     * @throws IllegalArgumentException if it is none, or some of it says nothing, saying which
     */
    static JsonNode tree(String what, String json) {
        JsonNode node;
        try {
            node = READER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(what + " is not JSON, or names a field twice", e);
        }
        if (node.isMissingNode()) {
            throw new IllegalArgumentException(what + " is not JSON: it is empty");
        }
        requireSense(node, what);
        return node;
    }

    private static void requireSense(JsonNode node, String name) {
        if (node.isNull()) {
            throw new IllegalArgumentException(name + " is null, which says nothing");
        } else if (node.isIntegralNumber() && !node.canConvertToLong()) {
            throw new IllegalArgumentException(name + " is too large a number");
        } else if (node.isString()) {
            requireText(node.stringValue(), name);
        } else if (node.isArray()) {
            node.values().forEach(each -> requireSense(each, name));
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                requireText(field.getKey(), "the name of a field");
                requireSense(field.getValue(), "'" + field.getKey() + "'");
            }
        }
    }

    private static void requireText(String text, String name) {
        if (!Unicode.isWellFormed(text)) {
            throw new IllegalArgumentException(name + " is not Unicode: it has half of a surrogate pair");
        }
    }

    /** Makes a record of an object, which is named so in what is thrown. */
    static <T> T bind(String what, JsonNode object, Class<T> record) {
        if (!object.isObject()) {
            throw new IllegalArgumentException(what + " is not a JSON object");
        }
        try {
            return READER.treeToValue(object, record);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException("there is no field '" + e.getPropertyName() + "' here; known are "
                    + String.join(", ", e.getKnownPropertyIds().stream().map(Object::toString).toList()), e);
        } catch (JacksonException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                // A record says what is wrong with it.
                throw wrong;
            }
            String name = e.getPath().isEmpty() ? what : "'" + e.getPath().getLast().getPropertyName() + "'";
            throw new IllegalArgumentException(name + " is not " + wanted(e), e);
        }
    }

    private static String wanted(JacksonException e) {
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : Long.class;
        return type == String.class ? "a string" : Map.class.isAssignableFrom(type) ? "a JSON object" : type == Double.class ? "a number" : "a whole number";
    }
}
