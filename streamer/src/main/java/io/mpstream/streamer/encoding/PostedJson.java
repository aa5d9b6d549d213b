package io.mpstream.streamer.encoding;

import io.mpstream.protocol.Unicode;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** JSON that a client has sent, read so that it says one thing to everybody. */
final class PostedJson {
    /** Of two members of one name nobody knows which one counts (RFC 8259, section 4). */
    private static final ObjectReader READER = JsonMapper.builder().build().readerFor(JsonNode.class).with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    private PostedJson() {
    }

    /**
     * Reads a document.
     *
     * @param what its name in what is thrown: {@code the body}
     * @throws IllegalArgumentException if it is none, or some of it is no text, saying which
     */
    static JsonNode read(String json, String what) {
        JsonNode node;
        try {
            node = READER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(what + " is not JSON, or names a field twice", e);
        }
        if (node.isMissingNode()) {
            throw new IllegalArgumentException(what + " is not JSON: it is empty");
        }
        requireText(node, what);
        return node;
    }

    private static void requireText(JsonNode node, String name) {
        if (node.isString()) {
            requireText(node.stringValue(), name);
        } else if (node.isArray()) {
            node.values().forEach(each -> requireText(each, name));
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                requireText(field.getKey(), "the name of a field");
                requireText(field.getValue(), "'" + field.getKey() + "'");
            }
        }
    }

    private static void requireText(String text, String name) {
        if (!Unicode.isWellFormed(text)) {
            throw new IllegalArgumentException(name + " is not Unicode: it has half of a surrogate pair");
        }
    }
}
