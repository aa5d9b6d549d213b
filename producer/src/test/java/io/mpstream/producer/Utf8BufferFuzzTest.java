package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.protocol.Unicode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Any text, in pieces that are cut anywhere, also such as is none. */
class Utf8BufferFuzzTest {
    @Test
    void piecesAreTheWholeTextAndWholeCharacters() {
        Fuzz.run(fuzz -> {
            String text = fuzz.oneIn(50) ? fuzz.text(40).repeat(3_000) : fuzz.text(60);
            assertEquals(text, written(text, fuzz));
        });
    }

    @Test
    void whatIsNoTextIsRefusedAtItsFirstLoneHalf() {
        Fuzz.run(fuzz -> {
            String text = fuzz.units(60);
            int lone = Unicode.loneSurrogate(text);
            assertEquals(lone < 0 ? text : text.substring(0, lone), written(text, fuzz));
        });
    }

    /** What has become of a text, as far as it was not refused. */
    private static String written(String text, Fuzz fuzz) throws CharacterCodingException {
        Utf8Buffer buffer = new Utf8Buffer();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] target = new byte[Utf8Buffer.BYTES_MAX];
        int at = 0;
        try {
            while (at < text.length()) {
                int to = Math.min(text.length(), at + 1 + fuzz.upTo(fuzz.oneIn(20) ? text.length() : 8));
                String piece = text.substring(at, to);
                int stopped = buffer.append(piece, 0);
                at += stopped;
                if (stopped < piece.length() || fuzz.oneIn(3)) {
                    moveOut(buffer, target, all);
                }
            }
            assertEquals(!Unicode.isWellFormed(text), buffer.hasHalf());
        } catch (IllegalArgumentException e) {
            assertFalse(Unicode.isWellFormed(text));
        }
        moveOut(buffer, target, all);
        return all.toString(StandardCharsets.UTF_8);
    }

    private static void moveOut(Utf8Buffer buffer, byte[] target, ByteArrayOutputStream all) throws CharacterCodingException {
        int length = buffer.length();
        assertTrue(length <= target.length);
        assertEquals(length, buffer.moveTo(target));
        // Malformed, or cut inside a character, it would throw.
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Arrays.copyOf(target, length)));
        all.write(target, 0, length);
    }
}
