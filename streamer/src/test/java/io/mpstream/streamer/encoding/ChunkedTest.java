package io.mpstream.streamer.encoding;

import static io.mpstream.streamer.encoding.Encoding.STREAM;
import static io.mpstream.streamer.encoding.Encoding.one;
import static io.mpstream.streamer.encoding.Encoding.written;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The framing of HTTP/1.1, around whole formats and around clusters. */
class ChunkedTest {
    private static final Encoder ANY = new Chunked(new PlainText(), true);
    private static final Encoder LINES = new Chunked(new JsonLines(), false);
    private static final Encoder CLUSTERS = new GraphemeChunks();
    private static final End END = new End(STREAM, 3, Outcome.COMPLETED, "", new byte[32], 0, Notes.NONE);

    @Test
    void whatAFormatSaysAtATimeIsOneChunk() {
        assertEquals("0005\r\nabcé\r\n", one(ANY, "abcé", 0, false));
        assertEquals("0019\r\n{\"text\":\"ab\",\"offset\":2}\n\r\n", one(LINES, "ab", 0, false));
    }

    @Test
    void nothingIsNoChunk() {
        assertEquals("", written(out -> LINES.open(new StreamStatus(STREAM, StreamStatus.STARTED, 0, 0, 0, false, 0), 0, out)));
        assertEquals("", one(new Chunked(new ServerSentEvents(false), false), "\n", 1, true));
    }

    @Test
    void trailersFollowOnlyThePlainText() {
        assertEquals("0001\r\n\n\r\n0\r\nStream-Outcome: completed\r\nStream-Offset: 3\r\n"
                + "Stream-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:\r\n\r\n", written(out -> ANY.end(END, out)));
        assertEquals(true, written(out -> LINES.end(END, out)).endsWith("}\n\r\n0\r\n\r\n"));
        assertEquals("0\r\n\r\n", written(ANY::stop));
        assertEquals("0\r\n\r\n", written(CLUSTERS::stop));
    }

    @Test
    void clusterIsOneChunkAndTheLastIsKeptUntilItIsKnown() {
        assertEquals(List.of("a", "é", "👨‍👩‍👧", "🇩🇪"), chunks(one(CLUSTERS, "aé👨‍👩‍👧🇩🇪x", 0, false)));
        assertEquals(List.of(), chunks(one(CLUSTERS, "e", 0, false)));
    }

    @Test
    void textsRebuildInClustersWhateverTheyAre() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            String text = Encoding.randomText(random, 2_000) + "z" + "\u0301".repeat(random.nextInt(5_000));
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            assertEquals(text, String.join("", chunks(Encoding.encode(CLUSTERS, utf8, 0, 65_536, random))), "seed " + seed);
            assertEquals(text, String.join("", chunks(Encoding.encode(ANY, utf8, 0, 10_000, random))), "seed " + seed);
        }
    }

    private static List<String> chunks(String wire) {
        byte[] bytes = wire.getBytes(StandardCharsets.UTF_8);
        List<String> chunks = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int length = Integer.parseInt(new String(bytes, at, 4, StandardCharsets.US_ASCII), 16);
            chunks.add(new String(bytes, at + 6, length, StandardCharsets.UTF_8));
            at += length + 8;
        }
        return chunks;
    }
}
