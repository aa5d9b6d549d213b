package io.mpstream.responder;

import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a query that came as a chat. The attribute {@code messages} has them, a JSON array of objects with {@code role} and
 * {@code content}.
 */
public final class Messages {
    private static final String ATTRIBUTE = "messages";

    private final String json;
    private int at;

    private Messages(String json) {
        this.json = json;
    }

    /**
     * The messages, the oldest first; of a query that came otherwise its text alone, as the user's.
     *
     * @throws IllegalArgumentException if the attribute is no such array
     */
    public static List<Message> of(Query query) {
        String json = query.attributes().get(ATTRIBUTE);
        return json == null ? List.of(new Message("user", query.text())) : new Messages(json).all();
    }

    private List<Message> all() {
        List<Message> all = new ArrayList<>();
        expect('[');
        while (!isNext(']')) {
            if (!all.isEmpty()) {
                expect(',');
            }
            all.add(message());
        }
        expect(']');
        if (next() != 0) {
            throw broken();
        }
        return List.copyOf(all);
    }

    private Message message() {
        String role = null;
        String content = null;
        expect('{');
        while (!isNext('}')) {
            if (role != null || content != null) {
                expect(',');
            }
            String name = string();
            expect(':');
            if (name.equals("role") && role == null) {
                role = string();
            } else if (name.equals("content") && content == null) {
                content = string();
            } else {
                throw broken();
            }
        }
        expect('}');
        if (role == null || content == null) {
            throw broken();
        }
        return new Message(role, content);
    }

    private String string() {
        expect('"');
        StringBuilder text = new StringBuilder();
        for (char unit = take(); unit != '"'; unit = take()) {
            text.append(unit == '\\' ? escaped() : unit);
        }
        return text.toString();
    }

    private char escaped() {
        char letter = take();
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '"', '\\', '/' -> letter;
            case 'u' -> hexadecimal();
            default -> throw broken();
        };
    }

    private char hexadecimal() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(take(), 16);
            if (digit < 0) {
                throw broken();
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private char take() {
        if (at == json.length()) {
            throw broken();
        }
        return json.charAt(at++);
    }

    /** The next character that is no space, which stays; 0 at the end. */
    private char next() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
        return at < json.length() ? json.charAt(at) : 0;
    }

    private boolean isNext(char wanted) {
        return next() == wanted;
    }

    private void expect(char wanted) {
        if (!isNext(wanted)) {
            throw broken();
        }
        at++;
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("the attribute messages is no list of messages, at character " + at);
    }
}
