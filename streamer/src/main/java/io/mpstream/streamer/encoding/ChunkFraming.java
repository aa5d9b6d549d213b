package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The framing of HTTP/1.1's chunked transfer coding (RFC 9112, section 7.1). */
final class ChunkFraming {
    /** Four digits and CRLF. */
    static final int HEAD_BYTES = 6;
    /** CRLF. */
    static final int TAIL_BYTES = 2;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int BITS_A_DIGIT = 4;

    private ChunkFraming() {
    }

    /** Begins a chunk: leaves room for its head. Returns where the chunk begins. */
    static int begin(ByteBuffer out) {
        int start = out.position();
        out.position(start + HEAD_BYTES).limit(out.limit() - TAIL_BYTES);
        return start;
    }

    /** Ends the chunk that begins there; one without bytes is taken back, since it would be the last. */
    static void end(int start, ByteBuffer out) {
        out.limit(out.limit() + TAIL_BYTES);
        int length = out.position() - start - HEAD_BYTES;
        if (length == 0) {
            out.position(start);
            return;
        }
        for (int i = 0; i < BITS_A_DIGIT; i++) {
            out.put(start + i, DIGITS[length >> BITS_A_DIGIT * (3 - i) & 0xF]);
        }
        out.put(start + 4, (byte) '\r').put(start + 5, (byte) '\n').put(CRLF);
    }

    /** The last chunk, without trailers. */
    static void last(ByteBuffer out) {
        out.put(LAST_CHUNK).put(CRLF);
    }

    /** The last chunk, and the trailers. */
    static void last(End end, ByteBuffer out) {
        out.put(LAST_CHUNK);
        Trailers.of(end).forEach((name, value) -> out.put((name + ": " + value + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        out.put(CRLF);
    }
}
