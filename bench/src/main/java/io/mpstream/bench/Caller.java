package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One HTTP client of the load: asks, and reads the answer chunk by chunk (RFC 9112, section 7.1). A chunk that is not
 * exactly one character, or an answer that is not 200 and chunked, is an error.
 */
final class Caller extends Client {
    /** {@code 1 CR LF x CR LF}, and the two bytes behind it that do not matter. */
    private static final long ONE_CHARACTER = 0x310D_0A00_0D0A_0000L;
    private static final long ONE_CHARACTER_MASK = 0xFFFF_FF00_FFFF_0000L;
    private static final int ONE_CHARACTER_BYTES = 6;
    private static final int CHARACTER_SHIFT = 32;

    private enum State { IDLE, SIZE, SIZE_END, CHARACTER, CHARACTER_END, TRAILER }

    private State state = State.IDLE;
    private int window;
    private int size;

    /** See {@link Client}. */
    Caller(Ear ear, boolean onlyCounts) {
        super(Viewer.OK, Viewer.CHUNKED, ear, onlyCounts);
    }

    @Override
    void begin() {
        state = State.SIZE;
        window = 0;
    }

    @Override
    void body(ByteBuffer in, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            if (state == State.SIZE && window == 0) {
                takeWhole(in, nowNs);
                if (!in.hasRemaining()) {
                    return;
                }
            }
            byte b = in.get();
            switch (state) {
                case SIZE -> size(b);
                case SIZE_END -> expect(b, '\n', State.CHARACTER);
                case CHARACTER -> character(b, nowNs);
                case CHARACTER_END -> characterEnd(b);
                case TRAILER -> {
                    if (isEnd(b)) {
                        state = State.IDLE;
                        ear.end(this, nowNs);
                        return;
                    }
                }
                case IDLE -> throw new IOException("more than the answer has come");
            }
        }
    }

    /** Takes whole chunks of one ASCII character; what is cut off, or is none, is left. */
    private void takeWhole(ByteBuffer in, long nowNs) {
        int at = in.position();
        int end = in.limit();
        // The last chunk is looked at as eight bytes too.
        in.limit(in.capacity());
        int last = Math.min(end - ONE_CHARACTER_BYTES, in.capacity() - Long.BYTES);
        int from = at;
        while (at <= last) {
            long word = in.getLong(at);
            if ((word & ONE_CHARACTER_MASK) != ONE_CHARACTER) {
                break;
            }
            if (!onlyCounts) {
                characters++;
                ear.character(this, (byte) (word >>> CHARACTER_SHIFT), nowNs);
            }
            at += ONE_CHARACTER_BYTES;
        }
        if (onlyCounts) {
            characters += (at - from) / ONE_CHARACTER_BYTES;
        }
        in.limit(end).position(at);
    }

    private void size(byte b) throws IOException {
        if (b == '\r') {
            state = State.SIZE_END;
        } else if (b == '0' && window == 0) {
            state = State.TRAILER;
        } else if (b >= '1' && b <= '4' && window == 0) {
            window = size = b - '0';
        } else {
            throw new IOException("a chunk is longer than one character");
        }
    }

    private void expect(byte b, char expected, State next) throws IOException {
        if (b != expected) {
            throw new IOException("a chunk is malformed");
        }
        state = next;
    }

    private void character(byte b, long nowNs) throws IOException {
        if (size == window && characterLength(b) != size) {
            throw new IOException("a chunk is not one character");
        }
        if (--size == 0) {
            state = State.CHARACTER_END;
            characters++;
            if (!onlyCounts) {
                ear.character(this, b, nowNs);
            }
        }
    }

    /** Bytes of the UTF-8 character that begins so. */
    private static int characterLength(byte lead) {
        return lead >= 0 ? 1 : Integer.numberOfLeadingZeros(~lead << 24);
    }

    private void characterEnd(byte b) throws IOException {
        if (b == '\n') {
            window = 0;
            state = State.SIZE;
        } else {
            expect(b, '\r', State.CHARACTER_END);
        }
    }

    /** Up to the empty line. */
    private boolean isEnd(byte b) {
        window = window << 8 | b & 0xFF;
        return window == HEAD_END;
    }
}
