package io.mpstream.responders.openai;

import java.io.BufferedReader;
import java.io.IOException;

/** Reads the events of an event stream (WHATWG HTML, 9.2.6), and the lines between them that some servers report errors in. */
final class ServerSentEvents {
    private static final int EVENT_CHARS_MAX = 8 << 20;

    private final BufferedReader in;

    ServerSentEvents(BufferedReader in) {
        this.in = in;
    }

    /**
     * An event.
     *
     * @param name its {@code event} field; {@code error} also for a bare line {@code error: …}, as llama.cpp writes it
     */
    record Event(String name, String data) {
    }

    /** The next event that has data; null if there is none. One that is cut off in the middle is none. */
    Event next() throws IOException {
        String name = "message";
        StringBuilder data = null;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                if (data != null) {
                    return new Event(name, data.toString());
                }
                name = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
            switch (field) {
                case "data" -> data = (data == null ? new StringBuilder() : data.append('\n')).append(value);
                case "event" -> name = value;
                case "error" -> {
                    return new Event("error", value);
                }
                default -> {
                    // Comments, ids, and what is to come.
                }
            }
            if (data != null && data.length() > EVENT_CHARS_MAX) {
                throw new IOException("an event of more than " + EVENT_CHARS_MAX + " characters");
            }
        }
        return null;
    }

    /** Ends at a line feed, a carriage return, or both. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n' && c != '\r') {
            if (line.length() > EVENT_CHARS_MAX) {
                throw new IOException("a line of more than " + EVENT_CHARS_MAX + " characters");
            }
            line.append((char) c);
            c = in.read();
        }
        if (c == '\r') {
            in.mark(1);
            if (in.read() != '\n') {
                in.reset();
            }
        }
        return line.toString();
    }
}
