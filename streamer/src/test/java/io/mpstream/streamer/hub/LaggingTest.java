package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Readers that stand still, fall back and catch up, while memory is short. */
class LaggingTest extends HubBench {
    private static final String PIECE = "0123456789中é😀";

    private record Reader(RecordingSink sink, Session session, long from) {
    }

    @Test
    void textThatNobodyIsNearIsNotKeptInMemory() {
        use("--memory-bytes", "1MiB", "--queries-max", "100");
        List<StreamId> streams = new ArrayList<>();
        List<RecordingSink> stalled = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RecordingSink sink = new RecordingSink().room(0);
            stalled.add(sink);
            streams.add(ask(sink));
            started(streams.getLast());
        }
        String piece = "x".repeat(10_000);
        long most = 0;
        for (int round = 0; round < 40; round++) {
            for (StreamId stream : streams) {
                text(stream, round * 10_000, piece);
            }
            step();
            most = Math.max(most, hub.loaders().memory().bytes());
        }
        assertTrue(most < 3 << 20, most + " bytes of 20 MB, each stream's first 16 KiB and what was written before memory was short");
    }

    @Test
    void clusterAtTheEndOfWhatWasReadAgainWaitsForTheRestToBeReadToo() {
        use("--memory-bytes", "1MiB", "--queries-max", "100");
        StreamId stream = ask(new RecordingSink().room(0));
        int bytes = 0;
        String piece = PIECE.repeat(2_000);
        for (int i = 0; i < 60; i++) {
            text(stream, bytes, piece);
            bytes += piece.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
            step();
        }
        end(stream, bytes, Outcome.COMPLETED);
        step();
        RecordingSink late = new RecordingSink();
        hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.OPEN, new io.mpstream.streamer.encoding.GraphemeChunks(), late, loop);
        step();
        assertEquals("finished", late.state);
    }

    @Test
    void responseOfAPartEndsWhereverItsTextLeavesTheBuffer() {
        use("--memory-bytes", "1MiB", "--queries-max", "100");
        // A chunk of x is nine bytes, one of é ten.
        int chunks = 32 * 1024 / 9;
        for (int longer = 0; longer <= 9; longer++) {
            StreamId stream = ask(new RecordingSink().room(0));
            text(stream, 0, "é".repeat(longer) + "x".repeat(chunks - longer));
            step();
            RecordingSink part = new RecordingSink();
            FollowOptions once = new FollowOptions(0, FollowOptions.Mode.ONCE, 0, null);
            hub.follow(hub.find(stream), once, Grant.OPEN, new io.mpstream.streamer.encoding.GraphemeChunks(), part, loop);
            step();
            assertEquals("finished", part.state, longer + " longer");
        }
    }

    @RepeatedTest(5)
    void everyReaderGetsAllOfItWhereverItStandsStill() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        use("--memory-bytes", "1MiB", "--queries-max", "100");
        List<StreamId> streams = new ArrayList<>();
        List<List<Reader>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            RecordingSink sink = new RecordingSink();
            Session session = ask(query("q"), sink);
            step();
            streams.add(session.stream().id());
            started(session.stream().id());
            readers.add(new ArrayList<>(List.of(new Reader(sink, session, 0))));
        }
        int[] written = new int[streams.size()];
        StringBuilder[] texts = new StringBuilder[streams.size()];
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < streams.size(); i++) {
                texts[i] = texts[i] == null ? new StringBuilder() : texts[i];
                String text = PIECE.repeat(random.nextInt(1, 2_000));
                text(streams.get(i), written[i], text);
                written[i] += text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
                texts[i].append(text);
                for (Reader reader : readers.get(i)) {
                    reader.sink.room(random.nextInt(3) == 0 ? random.nextInt(200_000) : random.nextInt(3) == 0 ? Integer.MAX_VALUE : 0);
                    reader.session.writable();
                }
                if (random.nextInt(8) == 0) {
                    RecordingSink late = new RecordingSink().room(random.nextInt(100_000));
                    // Never inside a character: all pieces are whole.
                    long from = random.nextBoolean() ? 0 : hub.find(streams.get(i)).watermark();
                    Session session = hub.follow(hub.find(streams.get(i)), new FollowOptions(from, FollowOptions.Mode.LIVE, 0, null), Grant.OPEN, PLAIN, late, loop);
                    readers.get(i).add(new Reader(late, session, from));
                }
            }
            step();
        }
        for (int i = 0; i < streams.size(); i++) {
            end(streams.get(i), written[i], Outcome.COMPLETED);
        }
        step();
        for (int i = 0; i < streams.size(); i++) {
            for (Reader reader : readers.get(i)) {
                reader.sink.room(Integer.MAX_VALUE);
                reader.session.writable();
            }
            step();
            byte[] whole = texts[i].append('\n').toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            for (Reader reader : readers.get(i)) {
                byte[] got = reader.sink.text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
                assertEquals(whole.length - reader.from, got.length, "seed " + seed);
                assertEquals(-1, java.util.Arrays.mismatch(java.util.Arrays.copyOfRange(whole, (int) reader.from, whole.length), got), "seed " + seed);
                assertEquals("finished", reader.sink.state, "seed " + seed);
            }
        }
    }
}
