package io.mpstream.streamer.json;

import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/**
 * What is escaped in JSON though the standard does not ask for it, since some readers take it for a line's end or for a control character. JSON
 * that is sent a line an object must be one line to all of them. Any thread.
 */
public final class LineEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    /** The first of those from U+0080 on that are no control characters. */
    private static final int CONTROLS_END = 0xA0;

    private final int[] ascii = standardAsciiEscapesForJSON();

    LineEscapes() {
        for (int c = 0; c < ascii.length; c++) {
            if (isEscaped(c)) {
                ascii[c] = ESCAPE_STANDARD;
            }
        }
    }

    /** Whether a character is one of those: DEL, U+0080 to U+009F, U+2028, U+2029. */
    public static boolean isEscaped(int character) {
        return character >= 0x7F && character < CONTROLS_END || character == '\u2028' || character == '\u2029';
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
        return isEscaped(character) ? new SerializedString("\\u%04x".formatted(character)) : null;
    }
}
