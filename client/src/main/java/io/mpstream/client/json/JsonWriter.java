package io.mpstream.client.json;

import java.util.Map;

/** Writes JSON: objects of strings, numbers and other objects, in one line to every reader. */
public final class JsonWriter {
    private static final int ASCII_END = 0x7F;
    private static final int C1_END = 0x9F;

    private JsonWriter() {
    }

    /** A document. */
    public static String write(Object value) {
        StringBuilder json = new StringBuilder();
        append(json, value);
        return json.toString();
    }

    private static void append(StringBuilder json, Object value) {
        if (value instanceof Map<?, ?> object) {
            String before = "{";
            for (Map.Entry<?, ?> member : object.entrySet()) {
                json.append(before);
                append(json, member.getKey().toString());
                json.append(':');
                append(json, member.getValue());
                before = ",";
            }
            json.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof String text) {
            json.append('"');
            text.chars().forEach(c -> append(json, (char) c));
            json.append('"');
        } else {
            json.append(value);
        }
    }

    private static void append(StringBuilder json, char c) {
        if (c == '"' || c == '\\') {
            json.append('\\').append(c);
        } else if (c < ' ' || c >= ASCII_END && c <= C1_END || c == '\u2028' || c == '\u2029') {
            json.append(String.format("\\u%04x", (int) c));
        } else {
            json.append(c);
        }
    }
}
