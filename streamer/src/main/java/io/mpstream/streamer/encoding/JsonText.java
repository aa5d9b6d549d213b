package io.mpstream.streamer.encoding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Text as the inside of a JSON string (RFC 8259, section 7): UTF-8 as it is, but for what must be escaped, and what some readers take
 * for a line's end or for a control character. JSON that is sent a line an object must be one line to all of them.
 */
final class JsonText {
    /** What stands behind the backslash by the first byte of a character; 0 for what is not escaped, {@code u} for what has no letter of its own. */
    private static final byte[] ESCAPES = new byte[256];
    /** Begins characters some of which are escaped. */
    private static final byte SOME = 1;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int SHORT_BYTES = 2;
    private static final int LONG_BYTES = 6;

    private static final int LEAD_OF_CONTROLS = 0xC2;
    private static final int LEAD_OF_SEPARATORS = 0xE2;
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
        ESCAPES[LEAD_OF_CONTROLS] = SOME;
        ESCAPES[LEAD_OF_SEPARATORS] = SOME;
    }

    private JsonText() {
    }

    /** Whether a character is escaped though the standard does not ask for it: DEL, U+0080 to U+009F, U+2028, U+2029. */
    static boolean isEscaped(int character) {
        return character >= 0x7F && character < 0xA0 || character == '\u2028' || character == '\u2029';
    }

    /** Of a character that begins with {@link #SOME}: itself if it is escaped, else 0. */
    private static int escaped(byte[] utf8, int at) {
        int second = utf8[at + 1] & 0xFF;
        if ((utf8[at] & 0xFF) == LEAD_OF_CONTROLS) {
            return second < CONTROLS_END ? second : 0;
        }
        int last = utf8[at + 2] & 0x3F;
        return second == 0x80 && (last == 0x28 || last == 0x29) ? 0x2000 | last : 0;
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
            byte escape = ESCAPES[utf8[at] & 0xFF];
            boolean isLong = escape == 'u' || escape == SOME && escaped(utf8, at) != 0;
            left -= isLong ? LONG_BYTES : escape == 0 || escape == SOME ? 1 : SHORT_BYTES;
            if (left < 0) {
                break;
            }
            at += isLong ? Utf8.length(utf8[at]) : 1;
        }
        return Utf8.cut(utf8, piece.from(), at, to);
    }

    /** Writes the text between two places of an array: whole characters. */
    static void put(byte[] utf8, int from, int to, ByteBuffer out) {
        int run = from;
        for (int at = from; at < to; at++) {
            byte escape = ESCAPES[utf8[at] & 0xFF];
            if (escape == 0) {
                continue;
            }
            int character = escape == SOME ? escaped(utf8, at) : utf8[at];
            if (character != 0 || escape != SOME) {
                out.put(utf8, run, at - run);
                putEscape(character, escape, out);
                at += Utf8.length(utf8[at]) - 1;
                run = at + 1;
            }
        }
        out.put(utf8, run, to - run);
    }

    private static void putEscape(int character, byte escape, ByteBuffer out) {
        out.put((byte) '\\');
        if (escape != 'u' && escape != SOME) {
            out.put(escape);
            return;
        }
        out.put((byte) 'u').put(HEX[character >> 12]).put(HEX[character >> 8 & 0xF]).put(HEX[character >> 4 & 0xF]).put(HEX[character & 0xF]);
    }
}
