package io.mpstream.streamer.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Retention;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.session.Session;
import io.mpstream.streamer.stream.Grant;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** History and live are one path, wherever the text lies. */
class FollowTest extends HubBench {
    @Test
    void secondViewerGetsHistoryThenLiveAndMissesNothing() {
        StreamId stream = ask(new RecordingSink());
        text(stream, 0, "héllo ");
        step();
        RecordingSink whole = follow(stream, 0);
        RecordingSink part = follow(stream, 3);
        RecordingSink live = follow(stream, 7);
        text(stream, 7, "wörld");
        end(stream, 13, Outcome.COMPLETED);
        step();
        assertEquals("héllo wörld\n", whole.text());
        assertEquals("llo wörld\n", part.text());
        assertEquals("wörld\n", live.text());
        assertEquals("llo wörld\n", follow(stream, 3).text(), "of a finished one too");
        assertEquals("\n", follow(stream, 13).text());
    }

    @Test
    void offsetInsideACharacterIsRefused() {
        StreamId stream = ask(new RecordingSink());
        text(stream, 0, "héllo");
        step();
        RecordingSink sink = follow(stream, 2);
        assertEquals("refused", sink.state);
        assertEquals(RefusedException.Reason.INSIDE_CHARACTER, sink.why.reason());
    }

    @Test
    void anyCutOfAnyTextIsResumedExactly() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        random.ints(200_000, 0, 0x3000).filter(c -> c < 0xD800 || c > 0xDFFF).forEach(text::appendCodePoint);
        StreamId stream = ask(new RecordingSink());
        int bytes = 0;
        for (int at = 0; at < text.length();) {
            int end = Math.min(text.length(), at + random.nextInt(5_000));
            text(stream, bytes, text.substring(at, end));
            bytes += length(text.substring(at, end));
            at = end;
            step();
        }
        end(stream, bytes, Outcome.COMPLETED);
        step();
        for (int i = 0; i < 50; i++) {
            int cut = random.nextInt(text.length());
            assertEquals(text.substring(cut) + "\n", follow(stream, length(text.substring(0, cut))).text(), "seed " + seed);
        }
    }

    private static int length(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }

    @Test
    void textThatHasLeftMemoryIsReadFromTheJournal() {
        use("--memory-bytes", "1MiB", "--ahead-bytes", "64KiB", "--queries-max", "10");
        StreamId noise = ask(new RecordingSink());
        StreamId stream = ask(new RecordingSink());
        String piece = "0123456789中".repeat(1_000);
        int bytes = 0;
        for (int i = 0; i < 400; i++) {
            text(noise, bytes, piece);
            text(stream, bytes, piece);
            bytes += length(piece);
            step();
        }
        end(stream, bytes, Outcome.COMPLETED);
        step();
        String whole = piece.repeat(400) + "\n";
        assertTrue(whole.equals(follow(stream, 0).text()));
        assertTrue(whole.substring(1_000 * 11 + 5).equals(follow(stream, length(piece) + 5).text()));
        RecordingSink inside = follow(stream, 11);
        assertEquals(RefusedException.Reason.INSIDE_CHARACTER, inside.why.reason(), "which is known when the text is back");
    }

    @Test
    void stalledViewerHoldsNoTextAndGetsEverything() {
        use("--memory-bytes", "1MiB", "--ahead-bytes", "64KiB");
        RecordingSink stalled = new RecordingSink().room(0);
        StreamId stream = StreamId.mint();
        Session session = ask(query(stream), stalled);
        step();
        String piece = "x".repeat(50_000);
        for (int i = 0; i < 100; i++) {
            text(stream, i * 50_000, piece);
            step();
        }
        stalled.room(Integer.MAX_VALUE);
        session.writable();
        step();
        assertEquals(5_000_000, stalled.text().length());
        assertEquals("open", stalled.state);
    }

    @Test
    void textThatHasLeftTheJournalIsGone() {
        use("--memory-bytes", "1MiB", "--ahead-bytes", "64KiB", "--queries-max", "10");
        RecordingSink stalled = new RecordingSink().room(0);
        StreamId stream = StreamId.mint();
        Session session = ask(query(stream), stalled);
        step();
        String piece = "x".repeat(50_000);
        for (int i = 0; i < 100; i++) {
            text(stream, i * 50_000, piece);
            step();
        }
        responses.trim(responses.end(), new Retention(Duration.ofDays(1), 500_000));
        pass(11);
        long first = hub.find(stream).firstOffset();
        assertTrue(first > 4_000_000 && first < 5_000_000, first + " is the first");
        stalled.room(Integer.MAX_VALUE);
        session.writable();
        step();
        assertEquals("aborted", stalled.state, "better a broken transfer than a text with a hole");
        assertEquals(5_000_000 - first, follow(stream, first).text().length());
        RecordingSink late = follow(stream, 0);
        assertEquals(RefusedException.Reason.GONE, late.why.reason());
        assertEquals(first, late.firstOffset);
    }

    @Test
    void streamOfWhichNothingIsLeftIsForgotten() {
        StreamId stream = ask(new RecordingSink());
        text(stream, 0, "x");
        end(stream, 1, Outcome.COMPLETED);
        step();
        StreamId other = ask(new RecordingSink());
        text(other, 0, "y");
        step();
        responses.trim(responses.end(), new Retention(Duration.ofDays(1), 1));
        pass(11);
        assertNull(hub.find(stream));
        assertEquals("y", follow(other, 0).text(), "what is being written stays");
    }

    @Test
    void endedStreamsBeyondTheBoundAreForgottenOldestFirst() {
        use("--streams-max", "2");
        StreamId[] streams = new StreamId[4];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = ask(new RecordingSink());
            end(streams[i], 0, Outcome.COMPLETED);
            step();
        }
        assertNull(hub.find(streams[0]));
        assertNull(hub.find(streams[1]));
        assertEquals("\n", follow(streams[2], 0).text());
        assertEquals("\n", follow(streams[3], 0).text());
    }

    @Test
    void onceIsWhatIsThereAndNoMore() {
        StreamId stream = ask(new RecordingSink());
        text(stream, 0, "abc");
        step();
        RecordingSink part = follow(stream, new FollowOptions(1, FollowOptions.Mode.ONCE, 0, null));
        assertEquals("bc", part.text());
        assertEquals(3, part.until);
        assertEquals("finished", part.state);
        end(stream, 3, Outcome.COMPLETED);
        step();
        assertEquals("bc\n", follow(stream, new FollowOptions(1, FollowOptions.Mode.ONCE, 0, null)).text());
    }

    @Test
    void pollWaitsForTextAndNotForEver() {
        StreamId stream = ask(new RecordingSink());
        RecordingSink poll = follow(stream, new FollowOptions(0, FollowOptions.Mode.POLL, 0, null));
        assertEquals(0, poll.flushes, "nothing is sent before it is known what");
        text(stream, 0, "abc");
        step();
        assertEquals("abc", poll.text());
        assertEquals(3, poll.until);
        assertEquals("finished", poll.state);
        RecordingSink vain = follow(stream, new FollowOptions(3, FollowOptions.Mode.POLL, 0, null));
        pass(19);
        assertEquals("open", vain.state);
        pass(1);
        assertEquals("nothing", vain.state);
        assertEquals(3, vain.at);
        end(stream, 3, Outcome.COMPLETED);
        step();
        assertEquals("nothing", follow(stream, new FollowOptions(3, FollowOptions.Mode.POLL, 0, null)).state, "there will be no more");
    }

    @Test
    void speedGivesThePausesBack() {
        StreamId stream = ask(new RecordingSink());
        text(stream, 0, "a", 1_000_000);
        step();
        text(stream, 1, "b", 1_010_000);
        step();
        text(stream, 2, "c", 1_030_000);
        end(stream, 3, Outcome.COMPLETED);
        step();
        RecordingSink slow = follow(stream, new FollowOptions(0, FollowOptions.Mode.LIVE, 0.001, null));
        assertEquals("a", slow.text());
        assertEquals("open", slow.state);
        assertTrue(later.stream().anyMatch(each -> each.atNs() - nowNs.get() > TimeUnit.SECONDS.toNanos(50)), "the next is due in 10,000 s, and looked for now and then");
        assertEquals("abc\n", follow(stream, 0).text());
    }

    @Test
    void heartbeatsComeAfterAQuietTimeAndOnlyThen() {
        StreamId stream = ask(new RecordingSink());
        RecordingSink events = new RecordingSink();
        hub.follow(hub.find(stream), FollowOptions.WHOLE, Grant.OPEN, new io.mpstream.streamer.encoding.ServerSentEvents(false), events, loop);
        linger();
        // The place was told after a second.
        pass(14);
        assertTrue(!events.text().contains("\n: queued"), events.text());
        pass(2);
        assertTrue(events.text().endsWith("\n: queued\n\n"), events.text());
        started(stream);
        pass(15);
        assertTrue(events.text().endsWith(": started\n\n"), events.text());
        text(stream, 0, "x", System.currentTimeMillis() - 17_000);
        pass(15);
        assertTrue(events.text().endsWith(": silent 17s\n\n"), events.text());
    }
}
