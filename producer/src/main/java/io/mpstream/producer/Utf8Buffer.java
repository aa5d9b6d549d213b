package io.mpstream.producer;

import java.util.Arrays;

/**
 * Text on its way from a responder to the appender, as UTF-8 and always whole characters: half a surrogate pair is kept
 * back until the other half comes. It starts small, because most answers write a few characters at a time, and grows up
 * to a limit. Guarded by the answer that owns it.
 */
final class Utf8Buffer {
    /** The most that it holds; what does not fit waits. */
    static final int BYTES_MAX = 64 * 1024;

    private static final int BYTES_MIN = 128;
    private static final int CHARACTER_BYTES_MAX = 4;
    private static final String LONE = "not Unicode text: half of a surrogate pair without its other half at index ";

    private byte[] bytes = new byte[BYTES_MIN];
    private int length;
    private char highSurrogate;

    /** Bytes of whole characters. */
    int length() {
        return length;
    }

    /** Whether at least one more character fits. */
    boolean hasRoom() {
        return length <= BYTES_MAX - CHARACTER_BYTES_MAX;
    }

    /**
     * Adds as much text as fits.
     *
     * @param from where in {@code text} to begin
     * @return where it stopped
     * @throws IllegalArgumentException at half of a surrogate pair without its other half; what comes before it has been added
     */
    int append(CharSequence text, int from) {
        int at = from;
        int end = text.length();
        while (at < end && hasRoom()) {
            makeRoom();
            if (highSurrogate == 0) {
                at = appendUnits(text, at);
            }
            if (at < end && bytes.length - length >= CHARACTER_BYTES_MAX) {
                appendHalf(text.charAt(at), at);
                at++;
            }
        }
        return at;
    }

    /** Nearly all text is this, one UTF-16 unit a character; stops at a half of a surrogate pair, or where another character may not fit. */
    private int appendUnits(CharSequence text, int from) {
        byte[] target = bytes;
        int last = target.length - CHARACTER_BYTES_MAX;
        int end = text.length();
        int put = length;
        int at = from;
        try {
            while (at < end && put <= last) {
                char unit = text.charAt(at);
                if (unit < 0x80) {
                    target[put++] = (byte) unit;
                } else if (unit < 0x800) {
                    target[put++] = (byte) (0xC0 | unit >> 6);
                    target[put++] = (byte) (0x80 | unit & 0x3F);
                } else if (Character.isSurrogate(unit)) {
                    break;
                } else {
                    target[put++] = (byte) (0xE0 | unit >> 12);
                    target[put++] = (byte) (0x80 | unit >> 6 & 0x3F);
                    target[put++] = (byte) (0x80 | unit & 0x3F);
                }
                at++;
            }
        } finally {
            // A text of a stranger may throw: what came before stays.
            length = put;
        }
        return at;
    }

    /** Whether it waits for the other half of a surrogate pair. */
    boolean hasHalf() {
        return highSurrogate != 0;
    }

    /** Forgets everything. */
    void clear() {
        length = 0;
        highSurrogate = 0;
    }

    /**
     * Moves everything out.
     *
     * @param target with room for {@link #BYTES_MAX}
     * @return bytes moved
     */
    int moveTo(byte[] target) {
        int moved = length;
        System.arraycopy(bytes, 0, target, 0, moved);
        length = 0;
        return moved;
    }

    private void makeRoom() {
        if (bytes.length - length < CHARACTER_BYTES_MAX) {
            bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, BYTES_MAX));
        }
    }

    /** A half of a surrogate pair, or what comes where the other half should. */
    private void appendHalf(char unit, int at) {
        if (highSurrogate != 0) {
            if (!Character.isLowSurrogate(unit)) {
                refuseHalf(at);
            }
            appendPair(Character.toCodePoint(highSurrogate, unit));
            highSurrogate = 0;
        } else if (Character.isHighSurrogate(unit)) {
            highSurrogate = unit;
        } else {
            throw new IllegalArgumentException(LONE + at);
        }
    }

    /** A half that came with an earlier text stays: its other half may come yet, from the thread that wrote it. */
    private void refuseHalf(int at) {
        if (at == 0) {
            throw new IllegalArgumentException("the text before ended with half of a surrogate pair, and this one does not begin with the other half");
        }
        highSurrogate = 0;
        throw new IllegalArgumentException(LONE + (at - 1));
    }

    private void appendPair(int c) {
        bytes[length++] = (byte) (0xF0 | c >> 18);
        bytes[length++] = (byte) (0x80 | c >> 12 & 0x3F);
        bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
        bytes[length++] = (byte) (0x80 | c & 0x3F);
    }
}
