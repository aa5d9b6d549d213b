package io.mpstream.streamer.encoding;

import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/** Has Jackson escape what {@link JsonText} escapes. Any thread. */
final class LineEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    private final int[] ascii = standardAsciiEscapesForJSON();

    LineEscapes() {
        for (int c = 0; c < ascii.length; c++) {
            if (JsonText.isEscaped(c)) {
                ascii[c] = ESCAPE_STANDARD;
            }
        }
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
        return JsonText.isEscaped(character) ? new SerializedString("\\u%04x".formatted(character)) : null;
    }
}
