package io.mpstream.streamer.encoding;

import java.nio.ByteBuffer;

/** Text as the data of a server-sent event (HTML, section 9.2): each of its lines is a field. CR and CRLF arrive as LF. */
public final class DataLines {
    private static final byte[] FIELD = Ascii.bytes("data: ");
    private static final byte[] FIELD_ALONE = Ascii.bytes("data:");
    /** Of a line end: itself, and the field that follows. */
    private static final int LINE_BYTES = 1 + FIELD.length;

    private DataLines() {
    }

    /** Returns where in the piece to stop so that what comes before it fits into this room, behind its first field's name; between characters. */
    public static int fit(Piece piece, int room) {
        byte[] utf8 = piece.utf8();
        int to = piece.to();
        if ((long) (to - piece.from()) * LINE_BYTES <= room) {
            return to;
        }
        int left = room;
        int at = piece.from();
        while (at < to) {
            byte b = utf8[at];
            left -= b == '\n' || b == '\r' ? LINE_BYTES : 1;
            if (left < 0) {
                break;
            }
            at++;
        }
        return Utf8.cut(utf8, piece.from(), at, to);
    }

    /**
     * Writes the text between two places of an array: whole characters. The last line has no end.
     *
     * @param isSpaced whether a space stands before each line; without, only where one would be taken for it
     */
    public static void put(byte[] utf8, int from, int to, boolean isSpaced, ByteBuffer out) {
        int line = from;
        for (int at = from; at < to; at++) {
            byte b = utf8[at];
            if (b == '\n' || b == '\r') {
                putLine(utf8, line, at, isSpaced, out);
                out.put((byte) '\n');
                if (b == '\r' && at + 1 < to && utf8[at + 1] == '\n') {
                    at++;
                }
                line = at + 1;
            }
        }
        putLine(utf8, line, to, isSpaced, out);
    }

    private static void putLine(byte[] utf8, int from, int to, boolean isSpaced, ByteBuffer out) {
        out.put(isSpaced || from < to && utf8[from] == ' ' ? FIELD : FIELD_ALONE).put(utf8, from, to - from);
    }
}
