package io.mpstream.streamer.encoding;

import io.mpstream.streamer.json.LineEscapes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text as the inside of a JSON string (RFC 8259, section 7): UTF-8 as it is, but for what must be escaped, and what some readers take
 * for a line's end or for a control character, as {@link LineEscapes} does elsewhere.
 */
public final class JsonText {
    /** The character behind the backslash; 0 for what is not escaped, {@code u} for what has no letter of its own. */
    private static final byte[] ESCAPES = new byte[128];
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORT_BYTES = 2;
    private static final int LONG_BYTES = 6;

    /** Begins characters from U+0080 to U+00BF. */
    private static final byte LEAD_OF_CONTROLS = (byte) 0xC2;
    /** The bits in common with the byte that begins those from U+2000 to U+2FFF: all but one. */
    private static final int LEADS = 0xDF;
    /** Behind the lead byte, the first of those from U+0080 on that are no control characters. */
    private static final int CONTROLS_END = 0xA0;

    static {
        for (int c = 0; c < 0x20; c++) {
            ESCAPES[c] = 'u';
        }
        ESCAPES[0x7F] = 'u';
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

    /** Whether a byte may begin a character beyond ASCII that is escaped; few do, and of those most are not. */
    private static boolean isSuspect(byte b) {
        return (b & LEADS) == (LEAD_OF_CONTROLS & LEADS);
    }

    /** The character that begins with such a byte, if it is escaped, else 0. */
    private static int escaped(byte[] utf8, int at) {
        int second = utf8[at + 1] & 0xFF;
        if (utf8[at] == LEAD_OF_CONTROLS) {
            return second < CONTROLS_END ? second : 0;
        }
        int last = utf8[at + 2] & 0x3F;
        return second == 0x80 && (last == 0x28 || last == 0x29) ? 0x2000 | last : 0;
    }

    /** Returns where in the piece to stop so that what comes before it fits into this room; always between two characters. */
    public static int fit(Piece piece, int room) {
        byte[] utf8 = piece.utf8();
        int to = piece.to();
        if ((long) (to - piece.from()) * LONG_BYTES <= room) {
            return to;
        }
        int left = room;
        int at = piece.from();
        while (at < to) {
            byte b = utf8[at];
            byte escape = b >= 0 ? ESCAPES[b] : isSuspect(b) && escaped(utf8, at) != 0 ? (byte) 'u' : 0;
            left -= escape == 0 ? 1 : escape == 'u' ? LONG_BYTES : SHORT_BYTES;
            if (left < 0) {
                break;
            }
            at += escape == 0 ? 1 : Utf8.length(b);
        }
        return Utf8.cut(utf8, piece.from(), at, to);
    }

    /** Writes the text between two places of an array: whole characters. */
    public static void put(byte[] utf8, int from, int to, ByteBuffer out) {
        int run = from;
        for (int at = from; at < to; at++) {
            byte b = utf8[at];
            if (b >= 0 ? ESCAPES[b] == 0 : !isSuspect(b)) {
                continue;
            }
            int character = b >= 0 ? b : escaped(utf8, at);
            if (b >= 0 || character != 0) {
                out.put(utf8, run, at - run);
                putEscape(character, out);
                at += Utf8.length(b) - 1;
                run = at + 1;
            }
        }
        out.put(utf8, run, to - run);
    }

    private static void putEscape(int character, ByteBuffer out) {
        byte escape = character < ESCAPES.length ? ESCAPES[character] : (byte) 'u';
        out.put((byte) '\\').put(escape);
        if (escape == 'u') {
            out.put(HEX[character >> 12]).put(HEX[character >> 8 & 0xF]).put(HEX[character >> 4 & 0xF]).put(HEX[character & 0xF]);
        }
    }
}
