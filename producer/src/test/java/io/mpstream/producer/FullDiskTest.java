package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Credit;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Sha256;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.CancelledException;
import io.mpstream.responder.Responder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A disk with less and less room, and what is still done on it. */
class FullDiskTest {
    private static final long FLOOR = Bench.DISK_FLOOR;
    private static final String FULL = "the disk of the journals is full";
    private static final Responder ECHO = (query, reply) -> reply.write(query.text());
    private static final Retention DAY = new Retention(Duration.ofDays(1), 1L << 40);

    private final Bench bench = new Bench();

    private void room(long bytes) {
        bench.responses.room = () -> bytes;
        bench.room.look();
    }

    private void steps(int count) {
        IntStream.range(0, count).forEach(i -> bench.step());
    }

    private JournalTrimmer trimmer(Retention retention) {
        return new JournalTrimmer(bench.requests, bench.responses, new Checkpoint(null), retention, bench.dispatcher, bench.room, true);
    }

    @Test
    void belowTheFloorWhatRunsGoesOnAndWhatIsNewWaits() {
        Telling telling = Telling.upTo(1);
        bench.run(telling, 2);
        StreamId first = bench.ask("ab");
        bench.until(() -> bench.text(first).equals("a"));
        room(FLOOR - 1);
        StreamId second = bench.ask("cd");
        telling.permits.release(100);
        assertEquals(Outcome.COMPLETED, bench.end(first).outcome());
        steps(5);
        assertFalse(bench.hasStarted(second));
        room(FLOOR);
        assertEquals(Outcome.COMPLETED, bench.end(second).outcome());
    }

    @Test
    void waitingQueryCanBeCancelledAllTheSame() {
        bench.run(ECHO, 1);
        room(FLOOR / 2);
        StreamId stream = bench.ask("q");
        bench.send(new Cancel(stream, "enough"));
        assertEquals(Outcome.CANCELLED, bench.end(stream).outcome());
    }

    @Test
    void answersOfAnEarlierRunWaitToo() {
        Telling telling = Telling.upTo(1);
        bench.run(telling, 1);
        StreamId stream = bench.ask("ab");
        bench.until(() -> bench.text(stream).equals("a"));
        bench.responses.room = () -> FLOOR / 2;
        Telling next = Telling.all();
        bench.run(next, 1);
        steps(5);
        assertEquals(List.of(), next.resumed);
        assertEquals(List.of(), bench.ends(stream));
        room(FLOOR);
        assertEquals(Outcome.COMPLETED, bench.end(stream).outcome());
    }

    @Test
    void belowHalfWhatRunsFailsWhereTheJournalStandsAndWritesThrow() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        bench.run((query, reply) -> {
            try {
                reply.write("half");
                while (true) {
                    reply.write("x");
                    Thread.sleep(1);
                }
            } catch (CancelledException | InterruptedException e) {
                thrown.set(e instanceof CancelledException ? e : new CancelledException("interrupted"));
                reply.write("more");
            }
        }, 1);
        StreamId stream = bench.ask("q");
        StreamId waiting = bench.ask("waits");
        bench.until(() -> bench.text(stream).startsWith("half"));
        room(FLOOR / 2 - 1);
        End end = bench.end(stream);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(FULL, end.detail());
        String text = bench.text(stream);
        assertEquals(text.length(), end.offset());
        assertArrayEquals(Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8)), end.sha256());
        bench.until(() -> thrown.get() != null);
        assertTrue(List.of(FULL, "interrupted").contains(thrown.get().getMessage()));
        steps(5);
        assertFalse(bench.hasStarted(waiting));
        assertEquals(List.of(), bench.ends(waiting));
        room(FLOOR);
        bench.until(() -> bench.hasStarted(waiting));
        bench.send(new Cancel(waiting, "enough"));
        bench.end(waiting);
    }

    @Test
    void whatWasNotInTheJournalYetIsNotWrittenAnyMore() {
        bench.run((query, reply) -> {
            reply.write("x".repeat(200_000));
        }, 1);
        StreamId stream = bench.ask("q");
        bench.until(() -> bench.text(stream).length() > 0);
        room(FLOOR / 2 - 1);
        bench.dispatcher.doWork();
        long before = bench.text(stream).length();
        assertEquals(before, bench.end(stream).offset());
    }

    @Test
    void belowAnEighthNothingIsWrittenUntilThereIsRoom() {
        Telling telling = Telling.upTo(1);
        bench.run(telling, 1);
        StreamId stream = bench.ask("abc");
        bench.until(() -> bench.text(stream).equals("a"));
        room(FLOOR / 8 - 1);
        bench.step();
        long end = bench.responses.end();
        bench.nowNs.addAndGet(10 * ServingLease.EVERY_NS);
        telling.permits.release(100);
        steps(20);
        bench.nowNs.addAndGet(10 * ServingLease.EVERY_NS);
        steps(20);
        assertEquals(end, bench.responses.end());
        long leases = bench.leases();
        room(FLOOR / 8);
        assertEquals(FULL, bench.end(stream).detail());
        bench.until(() -> bench.leases() > leases);
        steps(5);
        assertEquals(leases + 1, bench.leases(), "one lease is as good as all that were left out");
        room(FLOOR);
        assertEquals(Outcome.COMPLETED, bench.end(bench.ask("z")).outcome());
    }

    @Test
    void textThatWasWrittenBeforeTheLevelWasKnownWaitsInItsBuffer() {
        bench.run((query, reply) -> {
            reply.write("late");
            Thread.sleep(Long.MAX_VALUE);
        }, 1);
        StreamId stream = bench.ask("q");
        // Looked at by the appender itself.
        bench.responses.room = () -> FLOOR / 8 - 1;
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.dispatcher.doWork();
        bench.stepAppender();
        assertEquals(Journal.START, bench.responses.end());
        assertEquals(DiskRoom.Level.NONE, bench.room.level());
        // Before the dispatcher has heard of it.
        room(FLOOR);
        bench.until(() -> bench.text(stream).equals("late"));
        assertTrue(bench.hasStarted(stream));
        assertEquals(List.of(), bench.ends(stream));
    }

    @Test
    void fastAnswersNeverFillTheDiskHoweverFewTimesItIsLookedAt() {
        long capacity = 3 * FLOOR;
        bench.responses.room = () -> {
            long room = capacity - bench.responses.appended.get();
            assertTrue(room >= FLOOR / 8, "room " + room);
            return room;
        };
        bench.run((query, reply) -> {
            while (true) {
                reply.write("0123456789abcdef".repeat(256));
            }
        }, 8);
        List<StreamId> streams = IntStream.range(0, 8).mapToObj(i -> bench.ask("q" + i)).toList();
        streams.forEach(stream -> bench.send(new Credit(stream, 1L << 40)));
        streams.forEach(stream -> assertEquals(FULL, bench.end(stream).detail()));
        long room = bench.responses.room.getAsLong();
        assertTrue(room < FLOOR / 2 && room > FLOOR / 4, "room " + room);
        long steps = bench.responses.appended.get() / (FLOOR / 64);
        assertTrue(bench.responses.looks.get() <= steps + 10, bench.responses.looks + " looks for " + steps + " steps");
    }

    @Test
    void tokensCostNoLook() {
        bench.run(ECHO, 1);
        bench.responses.room = () -> 2 * FLOOR;
        bench.end(bench.ask("q"));
        long before = bench.responses.looks.get();
        for (int i = 0; i < 100; i++) {
            bench.end(bench.ask("q"));
        }
        assertTrue(bench.responses.looks.get() - before <= 2, bench.responses.looks.get() - before + " looks");
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.end(bench.ask("q"));
        assertTrue(bench.responses.looks.get() > before);
    }

    @Test
    void trimmerFreesWhatIsYoungWhenTheDiskIsShort() {
        bench.run(ECHO, 1);
        JournalTrimmer trimmer = trimmer(DAY);
        IntStream.range(0, 20).forEach(i -> bench.end(bench.ask("x".repeat(1_000))));
        steps(2);
        trimmer.round();
        assertEquals(0, bench.responses.freed.get());
        assertEquals(5_000, trimmer.everyMs());
        bench.responses.room = () -> FLOOR - 15_000 + bench.responses.freed.get() + bench.requests.freed.get();
        trimmer.round();
        assertTrue(bench.responses.freed.get() > 15_000);
        assertTrue(bench.requests.freed.get() > 15_000);
        assertEquals(DiskRoom.Level.AMPLE, bench.room.level());
        assertEquals(5_000, trimmer.everyMs());
    }

    @Test
    void trimmerFreesNothingThatANextRunNeeds() {
        Telling telling = Telling.upTo(1);
        bench.run(telling, 2);
        bench.end(bench.ask(""));
        StreamId open = bench.ask("ab");
        telling.permits.release();
        bench.until(() -> bench.text(open).equals("a"));
        telling.permits.release(200);
        bench.end(bench.ask("x".repeat(100)));
        steps(2);
        JournalTrimmer trimmer = trimmer(DAY);
        room(FLOOR / 2);
        trimmer.round();
        assertEquals(1_000, trimmer.everyMs());
        Positions positions = bench.positions();
        assertTrue(bench.responses.first() <= positions.response());
        Telling next = Telling.all();
        bench.run(next, 2, positions);
        room(FLOOR);
        assertEquals(Outcome.COMPLETED, bench.end(open).outcome());
        assertEquals("ab", bench.text(open));
    }
}
