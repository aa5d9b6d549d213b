package io.mpstream.client.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON document (RFC 8259), strictly: no name twice in an object, no half of a surrogate pair, nothing behind it, and no deeper than
 * anything that the server sends.
 */
public final class JsonReader {
    private static final int DEPTH_MAX = 16;
    private static final int NUMBER_LENGTH_MAX = 64;
    private static final int LONG_DIGITS = 18;
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Reads a document: a {@code Map}, {@code List}, {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean} or null.
     *
     * @throws JsonException if it is none, saying where
     */
    public static Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.wrong("something behind the document");
        }
        return value;
    }

    private JsonException wrong(String what) {
        return new JsonException("what is no JSON: " + what + " at character " + at);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** The next character that is no space, or 0 at the end. */
    private char peek() {
        skipSpace();
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong("no " + c);
        }
        at++;
    }

    private Object value(int depth) {
        if (depth > DEPTH_MAX) {
            throw wrong("too deep a value");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        expect('{');
        if (peek() != '}') {
            do {
                skipSpace();
                String name = string();
                expect(':');
                if (object.containsKey(name)) {
                    throw wrong("a name that stands twice");
                }
                object.put(name, value(depth + 1));
            } while (isNext());
        }
        expect('}');
        return object;
    }

    private List<Object> array(int depth) {
        List<Object> array = new ArrayList<>();
        expect('[');
        if (peek() != ']') {
            do {
                array.add(value(depth + 1));
            } while (isNext());
        }
        expect(']');
        return array;
    }

    private boolean isNext() {
        if (peek() != ',') {
            return false;
        }
        at++;
        return true;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("no value");
        }
        at += word.length();
        return value;
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        if (number.length() > NUMBER_LENGTH_MAX || !number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,4})?")) {
            throw wrong("no value");
        }
        return number.length() <= LONG_DIGITS && number.matches("-?\\d+") ? (Object) Long.valueOf(number) : new BigDecimal(number);
    }

    private String string() {
        if (at >= text.length() || text.charAt(at) != '"') {
            throw wrong("no string");
        }
        StringBuilder string = new StringBuilder();
        int from = ++at;
        while (true) {
            if (at >= text.length() || text.charAt(at) < ' ') {
                throw wrong("a string without an end");
            }
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                string.append(text, from, at++);
                if (c == '"') {
                    return requirePairs(string);
                }
                string.append(escaped());
                from = at;
            } else {
                at++;
            }
        }
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : 0;
        if (c != 'u') {
            int index = ESCAPES.indexOf(c);
            if (index < 0) {
                throw wrong("an unknown escape");
            }
            return ESCAPED.charAt(index);
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw wrong("an unknown escape");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private String requirePairs(StringBuilder string) {
        if (string.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw wrong("half of a surrogate pair");
        }
        return string.toString();
    }
}
