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
    /** Half a pair left over from before and one more character become this many bytes at most. */
    private static final int UNIT_BYTES_MAX = 6;
    private static final int REPLACEMENT = 0xFFFD;

    private byte[] bytes = new byte[BYTES_MIN];
    private int length;
    private char highSurrogate;

    /** Bytes of whole characters. */
    int length() {
        return length;
    }

    /** Whether at least one more character fits. */
    boolean hasRoom() {
        return length <= BYTES_MAX - UNIT_BYTES_MAX;
    }

    /**
     * Adds as much text as fits; lone surrogates become U+FFFD.
     *
     * @param from where in {@code text} to begin
     * @return where it stopped
     */
    int append(CharSequence text, int from) {
        int at = from;
        int end = text.length();
        while (at < end && hasRoom()) {
            makeRoom();
            at = appendAscii(text, at);
            if (at < end) {
                append(text.charAt(at++));
            }
        }
        return at;
    }

    /** Most text is this, a byte a character; leaves room for one character of any kind. */
    private int appendAscii(CharSequence text, int from) {
        if (highSurrogate != 0) {
            return from;
        }
        int at = from;
        int put = length;
        int stop = from + Math.min(text.length() - from, bytes.length - UNIT_BYTES_MAX - put);
        while (at < stop) {
            char unit = text.charAt(at);
            if (unit >= 0x80) {
                break;
            }
            bytes[put++] = (byte) unit;
            at++;
        }
        length = put;
        return at;
    }

    /** No more text comes: half a pair that is left alone becomes U+FFFD. */
    void end() {
        if (highSurrogate != 0) {
            highSurrogate = 0;
            makeRoom();
            appendCodePoint(REPLACEMENT);
        }
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
        if (bytes.length - length < UNIT_BYTES_MAX) {
            bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, BYTES_MAX));
        }
    }

    private void append(char unit) {
        if (highSurrogate != 0) {
            char high = highSurrogate;
            highSurrogate = 0;
            if (Character.isLowSurrogate(unit)) {
                appendCodePoint(Character.toCodePoint(high, unit));
                return;
            }
            appendCodePoint(REPLACEMENT);
        }
        if (unit < 0x80) {
            bytes[length++] = (byte) unit;
        } else if (Character.isHighSurrogate(unit)) {
            highSurrogate = unit;
        } else {
            appendCodePoint(Character.isLowSurrogate(unit) ? REPLACEMENT : unit);
        }
    }

    private void appendCodePoint(int c) {
        if (c < 0x80) {
            bytes[length++] = (byte) c;
        } else if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
            bytes[length++] = (byte) (0x80 | c & 0x3F);
        } else if (c < 0x10000) {
            bytes[length++] = (byte) (0xE0 | c >> 12);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | c & 0x3F);
        } else {
            bytes[length++] = (byte) (0xF0 | c >> 18);
            bytes[length++] = (byte) (0x80 | c >> 12 & 0x3F);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3F);
            bytes[length++] = (byte) (0x80 | c & 0x3F);
        }
    }
}
