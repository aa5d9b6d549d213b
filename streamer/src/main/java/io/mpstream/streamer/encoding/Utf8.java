package io.mpstream.streamer.encoding;

/** The bounds of characters in UTF-8 (RFC 3629, section 3). */
public final class Utf8 {
    private Utf8() {
    }

    /** Whether this byte is inside a character, not its first. */
    public static boolean isContinuation(byte b) {
        return (b & 0xC0) == 0x80;
    }

    /** Bytes of the character that begins with this byte, in well-formed UTF-8. */
    public static int length(byte first) {
        if (first >= 0) {
            return 1;
        }
        return first >= (byte) 0xF0 ? 4 : first >= (byte) 0xE0 ? 3 : 2;
    }

    /**
     * Moves {@code end} back to where a character begins, unless it is the very end of the text.
     *
     * @param from where the text begins; the result is not before it
     * @param to   where the text ends
     */
    public static int cut(byte[] utf8, int from, int end, int to) {
        int at = end;
        while (at > from && at < to && isContinuation(utf8[at])) {
            at--;
        }
        return at;
    }
}
