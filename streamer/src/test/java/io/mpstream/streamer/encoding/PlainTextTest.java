package io.mpstream.streamer.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainTextTest {
    private static final End END = new End(new StreamId(1, 2), 147, Outcome.COMPLETED, "", new byte[32], 0, Notes.NONE);

    @Test
    void everyLengthOfCharacterIsOneChunk() {
        assertEquals("1\r\na\r\n2\r\né\r\n3\r\n中\r\n4\r\n😀\r\n1\r\n\n\r\n",
                encode(new CharacterChunks(), "aé中😀\n", 1_000));
    }

    @Test
    void endIsALineFeedTheLastChunkAndTheTrailers() {
        ByteBuffer out = ByteBuffer.allocate(Encoder.EVENT_BYTES_MAX);
        new CharacterChunks().end(END, out);
        assertEquals("1\r\n\n\r\n0\r\nStream-Outcome: completed\r\nStream-Offset: 147\r\n"
                + "Stream-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:\r\n\r\n", string(out));
    }

    @Test
    void withoutChunksTheTextIsItselfAndALineFeed() {
        assertEquals("aé中😀", encode(new PlainText(), "aé中😀", 100));
        ByteBuffer out = ByteBuffer.allocate(Encoder.EVENT_BYTES_MAX);
        new PlainText().end(END, out);
        assertEquals("\n", string(out));
    }

    @Test
    void smallBuffersNeverCutACharacter() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        StringBuilder chunks = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            int c = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x80);
                case 1 -> 0x80 + random.nextInt(0x780);
                case 2 -> 0x800 + random.nextInt(0xD000);
                default -> 0x10000 + random.nextInt(0x100000);
            };
            String one = Character.toString(c);
            text.append(one);
            chunks.append(Integer.toHexString(one.getBytes(StandardCharsets.UTF_8).length)).append("\r\n").append(one).append("\r\n");
        }
        for (int size : new int[] {10, 11, 16, 64, 1_000, 65_536}) {
            assertEquals(chunks.toString(), encode(new CharacterChunks(), text.toString(), size), "seed " + seed);
            assertEquals(text.toString(), encode(new PlainText(), text.toString(), size), "seed " + seed);
        }
    }

    /** Encodes through a direct buffer of this size, checking that each fill is whole characters. */
    private static String encode(Encoder encoder, String text, int size) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer out = ByteBuffer.allocateDirect(size);
        int at = 0;
        while (at < utf8.length) {
            int stopped = at + encoder.text(new Piece().set(END.stream(), at, utf8, at, utf8.length, false, true), out.clear());
            assertTrue(stopped > at, "no progress");
            assertTrue(stopped == utf8.length || !Utf8.isContinuation(utf8[stopped]), "a character is cut");
            at = stopped;
            out.flip();
            byte[] bytes = new byte[out.remaining()];
            out.get(bytes);
            all.writeBytes(bytes);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static String string(ByteBuffer out) {
        return new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
    }
}
