package io.mpstream.streamer.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text as the inside of a JSON string (RFC 8259, section 7): UTF-8 as it is, but for what must be escaped. */
final class JsonText {
    /** What stands behind the backslash; 0 for what is not escaped, {@code u} for what has no letter of its own. */
    private static final byte[] ESCAPES = new byte[128];
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORT_BYTES = 2;
    private static final int LONG_BYTES = 6;

    static {
        for (int c = 0; c < 0x20; c++) {
            ESCAPES[c] = 'u';
        }
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
    }

    private JsonText() {
    }

    /** Where in the piece to stop so that what comes before it fits into this room; always between two characters. */
    static int fit(Piece piece, int room) {
        byte[] utf8 = piece.utf8();
        int to = piece.to();
        if ((long) (to - piece.from()) * LONG_BYTES <= room) {
            return to;
        }
        int left = room;
        int at = piece.from();
        while (at < to) {
            byte b = utf8[at];
            byte escape = b < 0 ? 0 : ESCAPES[b];
            left -= escape == 0 ? 1 : escape == 'u' ? LONG_BYTES : SHORT_BYTES;
            if (left < 0) {
                break;
            }
            at++;
        }
        return Utf8.cut(utf8, piece.from(), at, to);
    }

    /** Writes the text between two places of an array. */
    static void put(byte[] utf8, int from, int to, ByteBuffer out) {
        int run = from;
        for (int at = from; at < to; at++) {
            byte b = utf8[at];
            if (b >= 0 && ESCAPES[b] != 0) {
                out.put(utf8, run, at - run);
                putEscape(b, out);
                run = at + 1;
            }
        }
        out.put(utf8, run, to - run);
    }

    private static void putEscape(byte b, ByteBuffer out) {
        byte escape = ESCAPES[b];
        out.put((byte) '\\').put(escape);
        if (escape == 'u') {
            out.put((byte) '0').put((byte) '0').put(HEX[b >> 4]).put(HEX[b & 0xF]);
        }
    }
}
