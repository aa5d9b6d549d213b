package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Responder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** An answer that runs for long holds nothing back, and nothing is forgotten of it. */
class LongAnswersTest {
    private static final Retention NOTHING = new Retention(Duration.ZERO, 0);
    private static final String BYE = "bye";

    private final LinkedBlockingQueue<String> news = new LinkedBlockingQueue<>();
    /** Answers "feed" with the news as they come, up to BYE; anything else with itself. */
    private final Responder responder = (query, reply) -> {
        if (!query.text().equals("feed")) {
            reply.write(query.text());
            return;
        }
        for (String item = news.take(); !item.equals(BYE); item = news.take()) {
            reply.write(item);
        }
    };

    /** A feed that has said "one", and is said to run. */
    private StreamId longFeed(Bench bench) {
        StreamId feed = bench.ask("feed");
        news.add("one");
        bench.until(() -> bench.text(feed).equals("one"));
        pass(bench, ServingLease.EVERY_NS);
        pass(bench, Answer.SAY_EVERY_NS);
        pass(bench, ServingLease.EVERY_NS);
        assertEquals(Map.of(feed, 3L), bench.running());
        return feed;
    }

    private static void pass(Bench bench, long ns) {
        bench.nowNs.addAndGet(ns);
        bench.step();
    }

    private void say(Bench bench, StreamId feed, String item) {
        String before = bench.text(feed);
        news.add(item);
        bench.until(() -> bench.text(feed).equals(before + item));
    }

    private static long trim(Bench bench) {
        Positions positions = bench.positions();
        return bench.requests.trim(positions.request(), NOTHING) + bench.responses.trim(positions.response(), NOTHING);
    }

    @Test
    void feedHoldsThePlaceOnlyUntilItIsSaidToRun() {
        Bench bench = new Bench().run(responder, 2);
        StreamId feed = bench.ask("feed");
        bench.until(() -> bench.hasStarted(feed));
        bench.end(bench.ask("q"));
        pass(bench, Answer.SAY_EVERY_NS - 1);
        assertEquals(Journal.START, bench.positions().request());
        assertEquals(Map.of(), bench.running());
        pass(bench, ServingLease.EVERY_NS);
        pass(bench, ServingLease.EVERY_NS);
        assertEquals(bench.requests.end(), bench.positions().request());
        assertEquals(Map.of(feed, 0L), bench.running());
    }

    @Test
    void placeMovesOnWithTheTextOfALoneFeed() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        for (int i = 0; i < 5; i++) {
            Positions before = bench.positions();
            say(bench, feed, "more");
            pass(bench, Answer.SAY_EVERY_NS);
            pass(bench, ServingLease.EVERY_NS);
            assertEquals(before.request(), bench.positions().request());
            assertTrue(bench.positions().response() > before.response());
        }
        assertEquals(Map.of(feed, 23L), bench.running());
    }

    @Test
    void oldEntriesAreFreedWhileAFeedRuns() {
        Bench bench = new Bench().run(responder, 2);
        StreamId feed = bench.ask("feed");
        say(bench, feed, "x".repeat(10_000));
        bench.end(bench.ask("y".repeat(10_000)));
        bench.step();
        assertEquals(0, trim(bench), "all since the feed's query is needed");
        pass(bench, ServingLease.EVERY_NS);
        pass(bench, Answer.SAY_EVERY_NS);
        pass(bench, ServingLease.EVERY_NS);
        pass(bench, ServingLease.EVERY_NS);
        assertTrue(trim(bench) > 20_000, "two answers");
        say(bench, feed, "z".repeat(10_000));
        pass(bench, ServingLease.EVERY_NS);
        pass(bench, Answer.SAY_EVERY_NS);
        pass(bench, ServingLease.EVERY_NS);
        assertTrue(trim(bench) > 10_000, "what the feed has said since");
    }

    @Test
    void queryThatOnlyWaitsHoldsThePlaceHoweverOldItIs() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        StreamId waiting = bench.ask("waiting");
        bench.step();
        long request = bench.positions().request();
        bench.ask("another");
        pass(bench, 100 * Answer.SAY_EVERY_NS);
        Positions before = bench.positions();
        assertEquals(request, before.request());
        pass(bench, 100 * Answer.SAY_EVERY_NS);
        assertEquals(before, bench.positions());
        assertEquals(Map.of(feed, 3L), bench.running());
        trim(bench);
        bench.run(responder, 1, bench.positions());
        assertEquals(Outcome.COMPLETED, bench.end(waiting).outcome());
        assertEquals("waiting", bench.text(waiting));
    }

    @Test
    void timeThatAQueryHasWaitedDoesNotCount() {
        Bench bench = new Bench().run(responder, 1);
        StreamId first = longFeed(bench);
        StreamId second = bench.ask("feed");
        pass(bench, 10 * Answer.SAY_EVERY_NS);
        bench.send(new Cancel(first, "enough"));
        bench.until(() -> bench.hasStarted(second));
        pass(bench, ServingLease.EVERY_NS);
        assertEquals(Map.of(), bench.running());
        pass(bench, Answer.SAY_EVERY_NS);
        assertEquals(Map.of(second, 0L), bench.running());
    }

    @Test
    void longAnswerThatEndsIsNotFoundToRun() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        news.add(BYE);
        assertEquals(Outcome.COMPLETED, bench.end(feed).outcome());
        bench.step();
        assertEquals(Map.of(), bench.running());
        assertEquals(bench.requests.end(), bench.positions().request());
    }

    @Test
    void longAnswerIsCancelledAndCreditedLikeAnyOther() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        String much = "x".repeat((int) Bench.AHEAD_BYTES);
        bench.send(new Credit(feed, 3));
        say(bench, feed, much);
        news.add("after");
        bench.step();
        bench.send(new Credit(feed, Bench.AHEAD_BYTES));
        bench.until(() -> bench.text(feed).endsWith("after"));
        bench.send(new Cancel(feed, "enough"));
        assertEquals(Outcome.CANCELLED, bench.end(feed).outcome());
        assertEquals(3 + Bench.AHEAD_BYTES + 5, bench.ends(feed).getFirst().offset());
    }

    @Test
    void nextRunFailsALongAnswerAtTheOffsetOfTheCheckpoint() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        pass(bench, ServingLease.EVERY_NS);
        Positions last = bench.positions();
        assertTrue(trim(bench) > 0, "its text cannot be read again");
        assertEquals(new Abandoned(feed, 3, new byte[End.SHA256_LENGTH]), abandoned(bench, feed, last));
        bench.step();
        assertEquals(Map.of(), bench.running());
    }

    @Test
    void nextRunFailsALongAnswerAfterTheTextThatFollowedTheCheckpoint() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        pass(bench, ServingLease.EVERY_NS);
        Positions last = bench.positions();
        trim(bench);
        say(bench, feed, "zwei");
        say(bench, feed, "trois");
        assertEquals(new Abandoned(feed, 12, new byte[End.SHA256_LENGTH]), abandoned(bench, feed, last));
    }

    /** What an end says that nobody wrote. */
    private record Abandoned(StreamId stream, long offset, byte[] sha256) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Abandoned it && stream.equals(it.stream) && offset == it.offset
                    && java.util.Arrays.equals(sha256, it.sha256);
        }

        @Override
        public int hashCode() {
            return stream.hashCode();
        }
    }

    private Abandoned abandoned(Bench bench, StreamId stream, Positions last) {
        bench.run(responder, 1, last);
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals("the producer was restarted while it was answering", end.detail());
        bench.end(bench.ask("next"));
        assertEquals(1, bench.ends(stream).size());
        return new Abandoned(stream, end.offset(), end.sha256());
    }

    @Test
    void textThatCanAllBeReadAgainHasItsDigest() throws Exception {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        Positions last = Positions.START;
        byte[] sha256 = java.security.MessageDigest.getInstance("SHA-256").digest("one".getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(sha256, abandoned(bench, feed, last).sha256());
    }

    @Test
    void endThatFollowedTheCheckpointIsTheOnlyOne() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        Positions last = bench.positions();
        news.add(BYE);
        bench.end(feed);
        trim(bench);
        bench.run(responder, 1, last);
        assertEquals(Map.of(), bench.running());
        bench.end(bench.ask("next"));
        assertEquals(List.of(Outcome.COMPLETED), bench.ends(feed).stream().map(End::outcome).toList());
    }

    @Test
    void longAnswerWhoseQueryIsReadAgainEndsOnce() {
        Bench bench = new Bench().run(responder, 2);
        // In one entry, so that the place of the one that waits is before the query of the other.
        StreamId blocker = longFeed(bench);
        StreamId feed = StreamId.mint();
        StreamId waiting = StreamId.mint();
        bench.sendTogether(new Query(feed, "feed", "", Map.of(), 0), new Query(waiting, "waiting", "", Map.of(), 0));
        bench.until(() -> bench.hasStarted(feed));
        pass(bench, Answer.SAY_EVERY_NS);
        Positions last = bench.positions();
        assertEquals(Map.of(blocker, 3L, feed, 0L), bench.running());
        bench.send(new Credit(feed, 1));
        bench.send(new Cancel(feed, "enough"));
        bench.send(new Cancel(blocker, "enough"));
        bench.run(responder, 1, last);
        bench.end(waiting);
        bench.end(bench.ask("next"));
        for (StreamId stream : List.of(blocker, feed)) {
            assertEquals(List.of(Outcome.FAILED), bench.ends(stream).stream().map(End::outcome).toList());
        }
    }

    @Test
    void runThatIsKilledBeforeTheEndIsWrittenStillFindsTheAnswer() {
        Bench bench = new Bench().run(responder, 1);
        StreamId feed = longFeed(bench);
        pass(bench, ServingLease.EVERY_NS);
        trim(bench);
        for (int run = 0; run < 3; run++) {
            bench.run(responder, 1, bench.positions());
            assertEquals(Map.of(feed, 3L), bench.running());
            bench.dispatcher.doWork();
            assertEquals(Map.of(feed, 3L), bench.running());
        }
        assertEquals(3, bench.end(feed).offset());
        for (int run = 0; run < 3; run++) {
            bench.run(responder, 1, bench.positions());
            bench.step();
            bench.step();
        }
        assertEquals(1, bench.ends(feed).size());
    }

    /** Virtual threads run when they like, so a seed does not repeat a run to the letter. */
    @Test
    void killsAtAnyPointLeaveOneEndAtTheLengthOfTheText() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Bench bench = new Bench();
        List<StreamId> asked = new ArrayList<>();
        Positions saved = Positions.START;
        Semaphore turns = new Semaphore(0);
        bench.run(slow(turns), 3);
        long running = 0;
        for (int i = 0; i < 4_000; i++) {
            switch (random.nextInt(20)) {
                case 0, 1 -> asked.add(bench.ask("q"));
                case 2, 3 -> asked.stream().skip(random.nextInt(asked.size() + 1)).findFirst()
                        .ifPresent(stream -> bench.send(new Cancel(stream, "enough")));
                case 4 -> bench.nowNs.addAndGet(Answer.SAY_EVERY_NS / 2);
                case 5 -> {
                    saved = bench.positions();
                    running += bench.running().size();
                    bench.requests.trim(saved.request(), NOTHING);
                    bench.responses.trim(saved.response(), NOTHING);
                }
                case 6 -> {
                    // Nobody takes what the killed run's responders write; let them go.
                    turns.release(1_000_000);
                    turns = new Semaphore(0);
                    bench.run(slow(turns), 3, saved);
                }
                case 7, 8, 9 -> bench.dispatcher.doWork();
                case 10, 11, 12 -> turns.release(2);
                default -> bench.step();
            }
        }
        assertTrue(running > 0, "seed " + seed);
        asked.forEach(stream -> bench.send(new Cancel(stream, "enough")));
        for (StreamId stream : asked) {
            End end = bench.end(stream);
            assertEquals(bench.text(stream).length(), end.offset(), "seed " + seed);
        }
        bench.step();
        asked.forEach(stream -> assertEquals(1, bench.ends(stream).size(), "seed " + seed));
    }

    private static Responder slow(Semaphore turns) {
        return (query, reply) -> {
            for (int i = 0; i < 50; i++) {
                turns.acquire();
                reply.write("news ");
            }
        };
    }
}
