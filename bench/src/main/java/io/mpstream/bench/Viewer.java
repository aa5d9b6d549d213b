package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads an answer in any format whose chunks may have any size (RFC 9112, section 7.1), and finds the text in it. */
final class Viewer extends Client {
    /** What the head of an answer begins with. */
    static final String OK = "HTTP/1.1 200 ";
    /** What it says. */
    static final String CHUNKED = "transfer-encoding: chunked";

    private static final int BITS_A_DIGIT = 4;

    private enum State { IDLE, SIZE, SIZE_END, BYTES, BYTES_END, TRAILER }

    private final Format format;
    private State state = State.IDLE;
    private Notation notation;
    private int left;
    private int window;

    /** A client that reads this format. */
    Viewer(Format format, Ear ear, boolean onlyCounts) {
        super(OK, CHUNKED, ear, onlyCounts);
        this.format = format;
    }

    @Override
    void begin() {
        state = State.SIZE;
        notation = format.notation();
        left = 0;
    }

    @Override
    void body(ByteBuffer in, long nowNs) throws IOException {
        while (in.hasRemaining()) {
            if (state == State.BYTES) {
                bytes(in, nowNs);
                continue;
            }
            byte b = in.get();
            switch (state) {
                case SIZE -> size(b);
                case SIZE_END -> sizeEnd(b);
                case BYTES_END -> bytesEnd(b);
                case TRAILER -> {
                    window = window << 8 | b & 0xFF;
                    if (window == HEAD_END) {
                        end(nowNs);
                        return;
                    }
                }
                case IDLE, BYTES -> throw new IOException("more than the answer has come");
            }
        }
    }

    private void end(long nowNs) throws IOException {
        if (!notation.isEnded()) {
            throw new IOException("the answer does not say that it is whole");
        }
        state = State.IDLE;
        ear.end(this, nowNs);
    }

    private void size(byte b) throws IOException {
        if (b == '\r') {
            state = State.SIZE_END;
            return;
        }
        int digit = Character.digit(b, 16);
        if (digit < 0 || left > Integer.MAX_VALUE >> BITS_A_DIGIT) {
            throw new IOException("the size of a chunk is malformed");
        }
        left = left << BITS_A_DIGIT | digit;
    }

    private void sizeEnd(byte b) throws IOException {
        expect(b, '\n');
        state = left == 0 ? State.TRAILER : State.BYTES;
        // The line end of the size may be half of the end of all.
        window = '\r' << 8 | '\n';
    }

    private void bytes(ByteBuffer in, long nowNs) throws IOException {
        int end = in.limit();
        int taken = Math.min(left, in.remaining());
        in.limit(in.position() + taken);
        notation.take(in, this, nowNs);
        in.limit(end);
        left -= taken;
        if (left == 0) {
            state = State.BYTES_END;
        }
    }

    private void bytesEnd(byte b) throws IOException {
        if (b == '\n') {
            state = State.SIZE;
        } else {
            expect(b, '\r');
        }
    }

    private static void expect(byte b, char expected) throws IOException {
        if (b != expected) {
            throw new IOException("a chunk is malformed");
        }
    }
}
