package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Any text, in pieces that are cut anywhere. */
class Utf8BufferFuzzTest {
    @Test
    void piecesAreTheWholeTextAndWholeCharacters() {
        Fuzz.run(fuzz -> {
            String text = fuzz.oneIn(50) ? fuzz.units(40).repeat(3_000) : fuzz.units(60);
            Utf8Buffer buffer = new Utf8Buffer();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] target = new byte[Utf8Buffer.BYTES_MAX];
            int at = 0;
            while (at < text.length()) {
                int to = Math.min(text.length(), at + 1 + fuzz.upTo(fuzz.oneIn(20) ? text.length() : 8));
                String piece = text.substring(at, to);
                int stopped = buffer.append(piece, 0);
                at += stopped;
                if (stopped < piece.length() || fuzz.oneIn(3)) {
                    moveOut(buffer, target, all);
                }
            }
            buffer.end();
            moveOut(buffer, target, all);
            // Where the JDK puts a question mark for half a pair, U+FFFD is wanted.
            assertEquals(replaced(text), all.toString(StandardCharsets.UTF_8));
        });
    }

    private static void moveOut(Utf8Buffer buffer, byte[] target, ByteArrayOutputStream all) throws CharacterCodingException {
        int length = buffer.length();
        assertTrue(length <= target.length);
        assertEquals(length, buffer.moveTo(target));
        // Malformed, or cut inside a character, it would throw.
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Arrays.copyOf(target, length)));
        all.write(target, 0, length);
    }

    private static String replaced(String text) {
        StringBuilder replaced = new StringBuilder();
        text.codePoints().forEach(c -> replaced.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c));
        return replaced.toString();
    }
}
