package io.mpstream.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.fuzz.Fuzz;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnicodeTest {
    @Test
    void firstHalfWithoutItsOtherHalfIsFound() {
        assertEquals(-1, Unicode.loneSurrogate(""));
        assertEquals(-1, Unicode.loneSurrogate("a\u0000é中\uFFFD\uFFFF😀"));
        assertEquals(0, Unicode.loneSurrogate("\uD83D"));
        assertEquals(0, Unicode.loneSurrogate("\uDE00\uD83D"));
        assertEquals(1, Unicode.loneSurrogate("a\uDE00"));
        assertEquals(2, Unicode.loneSurrogate("😀\uDE00"));
        assertEquals(0, Unicode.loneSurrogate("\uD83D\uD83D\uDE00"));
        assertEquals(3, Unicode.loneSurrogate("😀a\uD83Db"));
    }

    @Test
    void wellFormedIsWhatHasUtf8() {
        Fuzz.run(fuzz -> {
            String text = fuzz.oneIn(2) ? fuzz.units(20) : fuzz.text(20);
            assertEquals(hasUtf8(text), Unicode.isWellFormed(text), text);
        });
    }

    @Test
    void mendedTextIsWellFormedAndAsLong() {
        Fuzz.run(fuzz -> {
            String text = fuzz.units(20);
            String mended = Unicode.mended(text);
            assertEquals(-1, Unicode.loneSurrogate(mended));
            assertEquals(text.length(), mended.length());
            for (int i = 0; i < text.length(); i++) {
                assertEquals(mended.charAt(i) == text.charAt(i) ? text.charAt(i) : '\uFFFD', mended.charAt(i));
            }
        });
        assertSame("whole 😀", Unicode.mended("whole 😀"));
    }

    @Test
    void refusalSaysWhatAndWhere() {
        assertEquals("ok", Unicode.requireWellFormed("it", "ok"));
        assertEquals("it is not Unicode text: half of a surrogate pair at index 1",
                assertThrows(IllegalArgumentException.class, () -> Unicode.requireWellFormed("it", "x\uD83D")).getMessage());
    }

    private static boolean hasUtf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)) != null;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
