package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The text of server-sent events: the data of those without a name (HTML, section 9.2). */
final class EventLines implements Notation {
    private static final ByteBuffer LINE_END = ByteBuffer.wrap(new byte[] {'\n'});

    private enum State { START, NAME, BLANK, TEXT, OTHER }

    private State state = State.START;
    private byte name;
    private boolean isNamed;
    private int lines;

    @Override
    public void take(ByteBuffer in, Client client, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            switch (state) {
                case START -> start(in.get());
                case NAME -> {
                    if (in.get() == ':') {
                        state = State.BLANK;
                    }
                }
                case BLANK -> blank(in.get(), client, nowNs);
                case TEXT -> {
                    int from = in.position();
                    client.text(in, from, lineEnd(in), nowNs);
                }
                case OTHER -> lineEnd(in);
            }
        }
    }

    /** The first byte of a line: that of a field's name, of a comment, or the end of an event. */
    private void start(byte b) {
        name = b;
        if (b == '\n') {
            isNamed = false;
            lines = 0;
        } else {
            state = b == ':' ? State.OTHER : State.NAME;
        }
    }

    private void blank(byte b, Client client, long nowNs) throws IOException {
        if (b != ' ') {
            throw new IOException("a field of an event is malformed");
        }
        isNamed |= name == 'e';
        if (name != 'd' || isNamed) {
            state = State.OTHER;
            return;
        }
        if (lines++ > 0) {
            client.text(LINE_END, 0, 1, nowNs);
        }
        state = State.TEXT;
    }

    /** Moves behind the line's end, or to where the bytes end; returns where the line's bytes end. */
    private int lineEnd(ByteBuffer in) {
        int end = in.limit();
        for (int at = in.position(); at < end; at++) {
            if (in.get(at) == '\n') {
                state = State.START;
                in.position(at + 1);
                return at;
            }
        }
        in.position(end);
        return end;
    }
}
