package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The text of lines of JSON, or of messages that are JSON: all strings that are called {@code text} (RFC 8259). */
final class TextMembers implements Notation {
    private static final long TEXT = name("text");
    private static final long END = name("end");
    private static final long ERROR = name("error");

    private enum State { OUTSIDE, STRING, STRING_ESCAPE, TEXT, TEXT_ESCAPE }

    private State state = State.OUTSIDE;
    /** The last eight characters of the last string. */
    private long string;
    /** That of them which a value belongs to, or 0. */
    private long name;
    private boolean isEnded;

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
                case OUTSIDE -> outside(in.get());
                case STRING -> string(in.get());
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

    private void outside(byte b) throws IOException {
        switch (b) {
            case '"' -> {
                state = name == TEXT ? State.TEXT : State.STRING;
                string = 0;
            }
            case ':' -> {
                name = string;
                isEnded |= name == END;
                if (name == ERROR) {
                    throw new IOException("an error has come");
                }
            }
            case ',', '{', '}' -> name = 0;
            default -> {
                // A number, a word, or the end of a line.
            }
        }
    }

    private void string(byte b) {
        if (b == '"') {
            state = State.OUTSIDE;
        } else if (b == '\\') {
            state = State.STRING_ESCAPE;
        } else {
            string = string << 8 | b & 0xFF;
        }
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
