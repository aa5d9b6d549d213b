package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Retention;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Sha256;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Reply;
import io.mpstream.responder.ResumableResponder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A producer that is killed, and one that goes on where it was. */
class ResumeTest {
    private static final String TEXT = "aé中😀z😀😀";
    private static final String RESTARTED = "the producer was restarted while it was answering";
    private static final Retention NOTHING = new Retention(Duration.ZERO, 0);

    private final Bench bench = new Bench();

    /** What of the text is whole characters when so many units have been written. */
    private static String whole(int units) {
        boolean isCut = units > 0 && Character.isHighSurrogate(TEXT.charAt(units - 1));
        return TEXT.substring(0, isCut ? units - 1 : units);
    }

    /** Runs until so many units have been written, all that are whole are in the journal, and nothing more comes. */
    private StreamId begin(Telling telling, int units) {
        bench.run(telling, 1);
        StreamId stream = bench.ask(TEXT);
        bench.until(() -> bench.hasStarted(stream) && bench.text(stream).equals(whole(units)) && telling.permits.availablePermits() == 0);
        return stream;
    }

    private void assertWhole(StreamId stream, String text) {
        End end = bench.end(stream);
        assertEquals(Outcome.COMPLETED, end.outcome(), end.detail());
        assertEquals(text, bench.text(stream));
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, end.offset());
        assertArrayEquals(sha256(text), end.sha256());
        bench.end(bench.ask("n"));
        assertEquals(1, bench.ends(stream).size());
        assertEquals(1, bench.frames.stream().filter(frame -> frame instanceof Started started && started.stream().equals(stream)).count());
    }

    private static byte[] sha256(String text) {
        return Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answerThatIsCutAtAnyUnitGoesOnAtTheNextCharacter() {
        for (int cut = 0; cut <= TEXT.length(); cut++) {
            StreamId stream = begin(Telling.upTo(cut), cut);
            Telling next = Telling.all();
            bench.run(next, 1);
            assertWhole(stream, TEXT);
            assertEquals(List.of(whole(cut)), next.resumed);
            assertEquals(List.of("n"), next.responded);
        }
    }

    @Test
    void queryThatWasNotBegunIsAskedAndNotResumed() {
        StreamId stream = bench.ask(TEXT);
        Telling telling = Telling.all();
        bench.run(telling, 1);
        assertWhole(stream, TEXT);
        assertEquals(List.of(TEXT, "n"), telling.responded);
        assertEquals(List.of(), telling.resumed);
    }

    @Test
    void responderIsNotCalledBeforeTheStartIsInTheJournal() {
        Telling killed = Telling.all();
        bench.run(killed, 1);
        StreamId stream = bench.ask(TEXT);
        dispatchWithoutRoom();
        assertFalse(killed.hasBeenCalledFor(TEXT));
        Telling next = Telling.all();
        bench.run(next, 1);
        assertWhole(stream, TEXT);
        assertEquals(List.of(TEXT, "n"), next.responded);
        assertFalse(killed.hasBeenCalledFor(TEXT));
    }

    /** The answer has its turn, and its start is not written: that the disk has no room for it is found then. */
    private void dispatchWithoutRoom() {
        bench.responses.room = () -> 0;
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.dispatcher.doWork();
        assertEquals(DiskRoom.Level.NONE, bench.room.level());
        bench.responses.room = () -> Long.MAX_VALUE;
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
    }

    @Test
    void cancelBeforeTheStartIsInTheJournalLeavesThePlaceToTheNext() {
        Telling telling = Telling.all();
        bench.run(telling, 1);
        StreamId stream = bench.ask(TEXT);
        dispatchWithoutRoom();
        bench.send(new Cancel(stream, "enough"));
        bench.dispatcher.doWork();
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
        bench.end(bench.ask("n"));
        assertFalse(telling.hasBeenCalledFor(TEXT));
    }

    @Test
    void answerThatHasEndedIsLeftAlone() {
        bench.run(Telling.all(), 1);
        StreamId stream = bench.ask(TEXT);
        bench.end(stream);
        Telling next = Telling.all();
        bench.run(next, 1);
        assertWhole(stream, TEXT);
        assertEquals(List.of(), next.resumed);
    }

    @Test
    void everyKillIsFollowedByAnotherResume() {
        Telling first = Telling.upTo(1);
        StreamId stream = begin(first, 1);
        List<String> resumed = new ArrayList<>();
        for (int units = 2; units < TEXT.length(); units++) {
            int written = units;
            Telling next = Telling.upTo(written - whole(written - 1).length());
            bench.run(next, 1, bench.positions());
            bench.until(() -> bench.text(stream).equals(whole(written)) && next.permits.availablePermits() == 0 && next.resumed.size() == 1);
            resumed.addAll(next.resumed);
        }
        bench.run(Telling.all(), 1, bench.positions());
        assertWhole(stream, TEXT);
        assertEquals(IntStream.range(1, TEXT.length() - 1).mapToObj(ResumeTest::whole).toList(), resumed);
    }

    @Test
    void cancelThatCameWhileNobodyWasThereEndsItWithTheDigestOfWhatWasSaid() {
        StreamId stream = begin(Telling.upTo(3), 3);
        bench.send(new Cancel(stream, "enough"));
        Telling next = Telling.all();
        bench.run(next, 1);
        End end = bench.end(stream);
        assertEquals(Outcome.CANCELLED, end.outcome());
        assertEquals("enough", end.detail());
        assertEquals(6, end.offset());
        assertArrayEquals(sha256("aé中"), end.sha256());
        bench.end(bench.ask("n"));
        assertEquals(List.of(), next.resumed);
        assertEquals(1, bench.ends(stream).size());
    }

    @Test
    void cancelAfterTheResumeInterruptsIt() {
        StreamId stream = begin(Telling.upTo(3), 3);
        Telling next = Telling.upTo(1);
        bench.run(next, 1);
        bench.until(() -> next.permits.availablePermits() == 0);
        bench.send(new Cancel(stream, "enough"));
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
        // Its place is free.
        next.permits.release(100);
        bench.end(bench.ask("n"));
    }

    @Test
    void cancelBetweenTheTurnAndTheTextLeavesThePlaceToTheNext() {
        StreamId stream = begin(Telling.upTo(3), 3);
        Telling next = Telling.all();
        bench.run(next, 1);
        bench.dispatcher.doWork();
        bench.send(new Cancel(stream, "enough"));
        bench.dispatcher.doWork();
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
        bench.end(bench.ask("n"));
        assertEquals(List.of(), next.resumed);
    }

    @Test
    void resumedAnswersTakeTurnsAndPlacesLikeOthers() {
        Telling first = new Telling();
        bench.run(first, 2);
        StreamId one = bench.ask("1x", "a");
        StreamId two = bench.ask("2x", "b");
        for (int said = 0; said < 2; said++) {
            int before = said;
            bench.until(() -> bench.texts() == before && first.permits.getQueueLength() == 2);
            first.permits.release();
        }
        bench.until(() -> bench.text(one).equals("1") && bench.text(two).equals("2"));
        Telling next = new Telling();
        bench.run(next, 1);
        StreamId three = bench.ask("3", "c");
        bench.until(() -> next.resumed.size() == 1);
        bench.step();
        bench.step();
        assertEquals(List.of("1"), next.resumed);
        next.permits.release(2);
        bench.end(one);
        bench.until(() -> next.resumed.size() == 2);
        assertEquals(List.of(), next.responded);
        next.permits.release(100);
        bench.end(two);
        bench.end(three);
        assertEquals("2x", bench.text(two));
    }

    @Test
    void responderThatCannotGoOnHasItEndAsFailed() {
        StreamId stream = begin(Telling.upTo(3), 3);
        bench.run((query, reply) -> reply.write(query.text()), 1);
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(RESTARTED, end.detail());
        assertArrayEquals(sha256("aé中"), end.sha256());
    }

    /** Says nothing, and goes on by throwing. */
    private static final class Throwing implements ResumableResponder {
        @Override
        public void respond(io.mpstream.responder.Query query, Reply reply) {
            // Nothing to say.
        }

        @Override
        public void resume(io.mpstream.responder.Query query, String textSoFar, Reply reply) {
            reply.write("!");
            throw new IllegalStateException("lost the thread after " + textSoFar);
        }
    }

    @Test
    void resumeThatThrowsFailsTheAnswer() {
        StreamId stream = begin(Telling.upTo(3), 3);
        bench.run(new Throwing(), 1);
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals("IllegalStateException: lost the thread after aé中", end.detail());
        assertArrayEquals(sha256("aé中!"), end.sha256());
    }

    @Test
    void queryThatMayHaveBeenAnsweredIsNeitherAskedNorResumed() {
        bench.run(Telling.all(), 1);
        StreamId old = bench.ask("old");
        bench.end(old);
        bench.responses.trim(bench.responses.end(), NOTHING);
        Telling next = Telling.all();
        bench.run(next, 1, new Positions(Positions.START.request(), 0));
        bench.end(bench.ask("n"));
        assertEquals(List.of("n"), next.responded);
        assertEquals(List.of(), next.resumed);
    }

    /** One that has said three units, and is said to run. */
    private StreamId longAnswer() {
        StreamId stream = begin(Telling.upTo(3), 3);
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.step();
        bench.nowNs.addAndGet(Answer.SAY_EVERY_NS);
        bench.step();
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.step();
        assertEquals(Map.of(stream, 6L), bench.running());
        assertTrue(bench.positions().request() >= 0);
        return stream;
    }

    @Test
    void longAnswerGoesOnWithWhatIsFoundInTheJournals() {
        StreamId stream = longAnswer();
        Telling next = Telling.all();
        bench.run(next, 1, bench.positions());
        assertEquals(Map.of(stream, 6L), bench.running());
        assertWhole(stream, TEXT);
        assertEquals(List.of("aé中"), next.resumed);
        bench.step();
        assertEquals(Map.of(), bench.running());
    }

    @Test
    void longAnswerThatWasSilentGoesOnFromNothing() {
        StreamId stream = begin(new Telling(), 0);
        bench.nowNs.addAndGet(Answer.SAY_EVERY_NS);
        bench.step();
        bench.responses.trim(bench.positions().response(), NOTHING);
        bench.run(Telling.all(), 1, bench.positions());
        assertWhole(stream, TEXT);
    }

    @Test
    void longAnswerWhoseBeginningHasLeftFailsAndSaysSo() {
        StreamId stream = longAnswer();
        assertTrue(bench.responses.trim(bench.positions().response(), NOTHING) > 0);
        Telling next = Telling.all();
        bench.run(next, 1, bench.positions());
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(RESTARTED + ", and cannot go on: the beginning of the text has left the journal", end.detail());
        assertEquals(6, end.offset());
        assertArrayEquals(new byte[End.SHA256_LENGTH], end.sha256());
        assertEquals(List.of(), next.resumed);
        bench.end(bench.ask("n"));
        assertEquals(1, bench.ends(stream).size());
    }

    @Test
    void longAnswerWhoseQueryHasLeftGoesOn() {
        StreamId stream = longAnswer();
        bench.send(new Credit(stream, 1));
        bench.step();
        assertTrue(bench.requests.trim(bench.requests.end(), NOTHING) > 0);
        Telling next = Telling.all();
        bench.run(next, 1, bench.positions());
        assertWhole(stream, TEXT);
        assertEquals(List.of("aé中"), next.resumed);
    }

    @Test
    void answerOfWhichOnlyTextIsLeftFailsOnceWhereThatEnds() {
        StreamId stream = begin(Telling.upTo(3), 3);
        bench.send(new Credit(stream, 1));
        bench.step();
        bench.requests.trim(bench.requests.end(), NOTHING);
        bench.run(Telling.all(), 1);
        End end = bench.end(stream);
        assertEquals(RESTARTED, end.detail());
        assertEquals(6, end.offset());
        bench.end(bench.ask("n"));
        bench.run(Telling.all(), 1, bench.positions());
        bench.end(bench.ask("n"));
        assertEquals(1, bench.ends(stream).size());
    }

    @Test
    void queryThatAnEarlierVersionHadSettledIsNotAskedAgain() {
        bench.run(Telling.all(), 1);
        StreamId old = bench.ask("old");
        bench.end(old);
        long floor = bench.responses.end() + 1;
        StreamId begun = begin(Telling.upTo(3), 3);
        long settled = bench.requests.end();
        bench.send(new Credit(begun, 1));
        StreamId waiting = bench.ask("w");
        bench.responses.trim(floor, NOTHING);
        Telling next = Telling.all();
        bench.run(next, 1, Positions.START, settled);
        assertWhole(begun, TEXT);
        bench.end(waiting);
        assertEquals(List.of("w", "n"), next.responded);
        assertEquals(List.of("aé中"), next.resumed);
    }

    @Test
    void cancelOfALongAnswerCountsWhenTheProducerIsKilledBeforeItsEnd() {
        StreamId stream = longAnswer();
        bench.send(new Cancel(stream, "enough"));
        bench.dispatcher.doWork();
        // Killed before the end was written.
        assertTrue(bench.positions().request() >= 0 && bench.positions().request() < bench.requests.end());
        Telling next = Telling.all();
        bench.run(next, 1, bench.positions());
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
        bench.end(bench.ask("n"));
        assertEquals(List.of(), next.resumed);
        assertEquals(1, bench.ends(stream).size());
    }

    @Test
    void textThatIsTooLongIsNotResumed() {
        String much = "x".repeat(RecoveredAnswer.RESUMED_BYTES_MAX);
        bench.run((query, reply) -> {
            reply.write(query.text().equals("longer") ? much + "y" : much);
            Thread.sleep(Long.MAX_VALUE);
        }, 2);
        StreamId longer = bench.ask("longer");
        StreamId longest = bench.ask("longest");
        List.of(longer, longest).forEach(stream -> bench.send(new Credit(stream, 1L << 40)));
        bench.until(() -> bench.texts() == 2 * much.length() + 1);
        Telling next = Telling.all();
        bench.run(next, 2);
        assertEquals(RESTARTED + ", and cannot go on: the text is longer than 16 MiB", bench.end(longer).detail());
        bench.end(longest);
        assertEquals(List.of(much), next.resumed);
    }

    @Test
    void resumedAnswerMayRunAsFarAheadAsItMightFromWhereItGoesOn() {
        bench.run(Telling.upTo(1), 1);
        String text = "x".repeat((int) Bench.AHEAD_BYTES + 1_000);
        StreamId stream = bench.ask(text);
        bench.until(() -> bench.text(stream).length() == 1);
        bench.run(Telling.all(), 1);
        bench.until(() -> bench.text(stream).length() == Bench.AHEAD_BYTES + 1);
        bench.step();
        assertEquals(Bench.AHEAD_BYTES + 1, bench.text(stream).length());
        bench.send(new Credit(stream, 1));
        bench.step();
        assertFalse(bench.text(stream).length() > Bench.AHEAD_BYTES + 1, "credit for what is already counted gives nothing");
        bench.send(new Credit(stream, 2_000));
        assertWhole(stream, text);
    }

    /** Virtual threads run when they like, so a seed does not repeat a run to the letter. */
    @Test
    void killsAtAnyPointLeaveTheWholeTextOnce() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<StreamId> asked = new ArrayList<>();
        Positions saved = Positions.START;
        Telling telling = new Telling();
        List<Telling> runs = new ArrayList<>(List.of(telling));
        bench.run(telling, 3);
        for (int i = 0; i < 4_000; i++) {
            switch (random.nextInt(20)) {
                case 0 -> asked.add(bench.ask(TEXT + asked.size(), "user " + random.nextInt(3)));
                case 1 -> asked.stream().skip(random.nextInt(4 * asked.size() + 1)).findFirst()
                        .ifPresent(stream -> bench.send(new Cancel(stream, "enough")));
                case 2 -> bench.nowNs.addAndGet(Answer.SAY_EVERY_NS / 2);
                case 3 -> saved = bench.positions();
                case 4, 5 -> {
                    telling = new Telling();
                    runs.add(telling);
                    bench.run(telling, 3, saved);
                }
                case 6, 7, 8 -> bench.dispatcher.doWork();
                case 9, 10, 11, 12 -> telling.permits.release(3);
                default -> bench.step();
            }
        }
        telling.permits.release(1_000_000);
        for (int i = 0; i < asked.size(); i++) {
            StreamId stream = asked.get(i);
            End end = bench.end(stream);
            String text = bench.text(stream);
            String whole = TEXT + i;
            assertEquals(text.getBytes(StandardCharsets.UTF_8).length, end.offset(), "seed " + seed);
            // A pair of which only half was written when it was cancelled.
            assertTrue(whole.startsWith(text.replace("\uFFFD", "")), "seed " + seed + ": " + text);
            assertTrue(end.outcome() == Outcome.CANCELLED || text.equals(whole), "seed " + seed + ": " + end);
            assertTrue(runs.stream().filter(run -> run.hasBeenCalledFor(whole)).count() <= 1, "seed " + seed + ": " + whole);
            assertTrue(Arrays.equals(sha256(text), end.sha256()) || end.outcome() == Outcome.CANCELLED, "seed " + seed);
        }
        bench.step();
        asked.forEach(stream -> assertEquals(1, bench.ends(stream).size(), "seed " + seed));
        assertTrue(runs.stream().anyMatch(run -> !run.resumed.isEmpty()), "seed " + seed);
    }
}
