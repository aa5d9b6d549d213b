package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The text of lines, messages or events that are JSON: all strings of one name (RFC 8259). */
final class TextMembers implements Notation {
    private static final long END = name("end");
    private static final long ERROR = name("error");

    private enum State { OUTSIDE, STRING, STRING_ESCAPE, TEXT, TEXT_ESCAPE }

    private final long text;
    private State state = State.OUTSIDE;
    /** The last eight characters of the last string. */
    private long string;
    /** That of them which a value belongs to, or 0. */
    private long name;
    private boolean isEnded;

    /** What text is called; up to eight characters. */
    TextMembers(String text) {
        this.text = name(text);
    }

    private static long name(String text) {
        long name = 0;
        for (int i = 0; i < text.length(); i++) {
            name = name << 8 | text.charAt(i);
        }
        return name;
    }

    @Override
    public boolean isEnded() {
        return isEnded;
    }

    @Override
    public void take(ByteBuffer in, Client client, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            switch (state) {
                case OUTSIDE -> outside(in);
                case STRING -> string(in);
                case STRING_ESCAPE -> {
                    in.get();
                    state = State.STRING;
                }
                case TEXT -> text(in, client, nowNs);
                case TEXT_ESCAPE -> {
                    // Which character it is does not matter to anybody here.
                    int at = in.position();
                    client.text(in, at, at + 1, nowNs);
                    in.position(at + 1);
                    state = State.TEXT;
                }
            }
        }
    }

    /** Takes what comes before a string. */
    private void outside(ByteBuffer in) throws IOException {
        int end = in.limit();
        for (int at = in.position(); at < end; at++) {
            switch (in.get(at)) {
                case '"' -> {
                    state = name == text ? State.TEXT : State.STRING;
                    string = 0;
                    in.position(at + 1);
                    return;
                }
                case ':' -> member();
                case ',', '{', '}' -> name = 0;
                // Of [DONE]: no other word outside a string has capitals.
                case 'D' -> isEnded = true;
                default -> {
                    // A number, a word, or the end of a line.
                }
            }
        }
        in.position(end);
    }

    private void member() throws IOException {
        name = string;
        isEnded |= name == END;
        if (name == ERROR) {
            throw new IOException("an error has come");
        }
    }

    /** Takes a name, or a value that is no text, up to its end or to an escape. */
    private void string(ByteBuffer in) {
        int end = in.limit();
        int at = in.position();
        long last = string;
        byte b = 0;
        while (at < end && (b = in.get(at++)) != '"' && b != '\\') {
            last = last << 8 | b & 0xFF;
        }
        string = last;
        in.position(at);
        state = b == '"' ? State.OUTSIDE : b == '\\' ? State.STRING_ESCAPE : State.STRING;
    }

    /** Takes text up to its end or to an escape. */
    private void text(ByteBuffer in, Client client, long nowNs) {
        int from = in.position();
        int end = in.limit();
        for (int at = from; at < end; at++) {
            byte b = in.get(at);
            if (b == '"' || b == '\\') {
                client.text(in, from, at, nowNs);
                in.position(at + 1);
                state = b == '"' ? State.OUTSIDE : State.TEXT_ESCAPE;
                return;
            }
        }
        client.text(in, from, end, nowNs);
        in.position(end);
    }
}
