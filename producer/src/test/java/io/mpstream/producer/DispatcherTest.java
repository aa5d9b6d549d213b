package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Retention;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.QueryTerms;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Responder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final Responder ECHO = (query, reply) -> reply.write(query.text());

    /** What was started, in that order; what runs goes on until it has a permit. */
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore permits = new Semaphore(0);
    private final Responder gated = (query, reply) -> {
        order.add(query.text());
        permits.acquire();
    };

    @Test
    void oneRunsAndTheRestWaitInOrder() {
        Bench bench = new Bench().run(gated, 1);
        List<StreamId> streams = IntStream.range(0, 5).mapToObj(i -> bench.ask("q" + i)).toList();
        bench.until(() -> order.size() == 1);
        bench.step();
        assertTrue(bench.hasStarted(streams.get(0)));
        assertFalse(bench.hasStarted(streams.get(1)));
        permits.release(5);
        bench.end(streams.get(4));
        assertEquals(List.of("q0", "q1", "q2", "q3", "q4"), order);
    }

    @Test
    void asManyRunAtOnceAsAllowed() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        Bench bench = new Bench().run((query, reply) -> {
            three.countDown();
            three.await();
        }, 3);
        List<StreamId> streams = IntStream.range(0, 3).mapToObj(i -> bench.ask("q" + i)).toList();
        streams.forEach(stream -> assertEquals(Outcome.COMPLETED, bench.end(stream).outcome()));
    }

    @Test
    void waitingQueryThatIsCancelledNeverStarts() {
        Semaphore permits = new Semaphore(0);
        Bench bench = new Bench().run((query, reply) -> permits.acquire(), 1);
        StreamId first = bench.ask("first");
        StreamId second = bench.ask("second");
        bench.until(() -> bench.hasStarted(first));
        bench.send(new Cancel(second, "nobody was reading"));
        assertEquals(Outcome.CANCELLED, bench.end(second).outcome());
        assertFalse(bench.hasStarted(second));
        permits.release();
        assertEquals(Outcome.COMPLETED, bench.end(first).outcome());
    }

    /** Lets all go on, one after the other, and returns the order in which they have started. */
    private List<String> orderOf(Bench bench, int count) {
        while (order.size() < count) {
            int before = order.size();
            permits.release();
            bench.until(() -> order.size() > before);
        }
        return List.copyOf(order);
    }

    @Test
    void accountThatAsksOnceIsTheVeryNextAfterAFlood() {
        Bench bench = new Bench().run(gated, 4);
        IntStream.range(0, 2_000).forEach(i -> bench.ask("a" + i, "a"));
        bench.until(() -> order.size() == 4);
        IntStream.range(0, 40).forEach(i -> bench.step());
        bench.ask("b0", "b");
        List<String> started = orderOf(bench, 7);
        assertEquals(List.of("b0", "a4", "a5"), started.subList(4, 7));
    }

    @Test
    void accountsTakeTurnsAndEachKeepsItsOrder() {
        Bench bench = new Bench().run(gated, 1);
        List.of("a0", "a1", "a2", "a3", "b0", "c0", "b1", "c1", "c2").forEach(text -> bench.ask(text, text.substring(0, 1)));
        assertEquals(List.of("a0", "b0", "c0", "a1", "b1", "c1", "a2", "c2", "a3"), orderOf(bench, 9));
    }

    @Test
    void turnIsThatOfTheAccountNotOfTheUser() {
        Bench bench = new Bench().run(gated, 1);
        for (String user : List.of("a", "b", "c")) {
            bench.send(new Query(StreamId.mint(), user, user, new QueryTerms(null, null, user.equals("c") ? null : "both", null, null), Map.of(), 0));
        }
        assertEquals(List.of("a", "c", "b"), orderOf(bench, 3));
    }

    @Test
    void cancelledQueryLeavesItsTurnToTheNextOfItsAccount() {
        Bench bench = new Bench().run(gated, 1);
        bench.ask("a0", "a");
        StreamId cancelled = bench.ask("b0", "b");
        bench.ask("a1", "a");
        bench.ask("b1", "b");
        bench.until(() -> order.size() == 1);
        bench.send(new Cancel(cancelled, "nobody was reading"));
        assertEquals(Outcome.CANCELLED, bench.end(cancelled).outcome());
        assertEquals(List.of("a0", "b1", "a1"), orderOf(bench, 3));
    }

    @Test
    void nextRunDealsOutWhatStillWaitsTheSameWay() {
        Bench bench = new Bench().run((query, reply) -> Thread.sleep(Long.MAX_VALUE), 2);
        IntStream.range(0, 200).forEach(i -> bench.ask("a" + i, "a"));
        StreamId cancelled = bench.ask("b0", "b");
        bench.ask("b1", "b");
        bench.ask("c0", "c");
        bench.send(new Cancel(cancelled, "nobody was reading"));
        bench.until(() -> bench.frames.stream().filter(Started.class::isInstance).count() == 2);
        bench.run(gated, 2, bench.positions());
        bench.until(() -> order.size() == 2);
        // Two are started at once, and their threads are not ordered.
        assertEquals(Set.of("a2", "b1"), Set.copyOf(order));
        assertEquals(List.of("c0", "a3", "a4"), orderOf(bench, 5).subList(2, 5));
        assertFalse(bench.hasStarted(cancelled));
    }

    @Test
    void oldQueryThatWaitsIsNotForgottenWhenYoungerOnesAreServed() {
        Bench bench = new Bench().run(gated, 1);
        bench.ask("a0", "a");
        StreamId waiting = bench.ask("a1", "a");
        bench.until(() -> order.size() == 1);
        StreamId younger = bench.ask("b0", "b");
        bench.step();
        permits.release(2);
        bench.end(younger);
        bench.until(() -> order.size() == 3);
        assertEquals(List.of("a0", "b0", "a1"), order);
        bench.step();
        Positions positions = bench.positions();
        bench.requests.trim(positions.request(), new Retention(Duration.ZERO, 0));
        bench.responses.trim(positions.response(), new Retention(Duration.ZERO, 0));
        bench.run(ECHO, 1, positions);
        assertEquals(Outcome.FAILED, bench.end(waiting).outcome());
        bench.end(bench.ask("next"));
        assertEquals(1, bench.ends(younger).size());
    }

    @Test
    void cancelOfAnEndedOrUnknownStreamDoesNothing() {
        Bench bench = new Bench().run(ECHO, 1);
        StreamId stream = bench.ask("q");
        bench.end(stream);
        bench.send(new Cancel(stream, "late"));
        bench.send(new Cancel(StreamId.mint(), "never"));
        assertEquals(Outcome.COMPLETED, bench.end(bench.ask("next")).outcome());
        assertEquals(1, bench.ends(stream).size());
    }

    @Test
    void responderThatIgnoresItsCancelKeepsItsPlaceButNotItsStream() {
        Semaphore permits = new Semaphore(0);
        Bench bench = new Bench().run((query, reply) -> permits.acquireUninterruptibly(), 1);
        StreamId stubborn = bench.ask("stubborn");
        StreamId next = bench.ask("next");
        bench.until(() -> bench.hasStarted(stubborn));
        bench.send(new Cancel(stubborn, "enough"));
        assertEquals(Outcome.CANCELLED, bench.end(stubborn).outcome());
        assertFalse(bench.hasStarted(next), "a bound on running responders is one on running responders");
        permits.release(2);
        assertEquals(Outcome.COMPLETED, bench.end(next).outcome());
    }

    @Test
    void leaseIsRenewedSeldomWhileNothingIsAsked() {
        Bench bench = new Bench().run(ECHO, 1);
        bench.step();
        bench.step();
        assertEquals(1, bench.leases());
        assertEquals(ServingLease.IDLE_EVERY_NS, bench.wokenAfterNs.getLast());
        bench.nowNs.addAndGet(ServingLease.IDLE_EVERY_NS - 1);
        bench.step();
        assertEquals(1, bench.leases());
        bench.nowNs.addAndGet(1);
        bench.step();
        assertEquals(2, bench.leases());
    }

    @Test
    void leaseIsRenewedOftenWhileAnAnswerIsOpen() {
        Bench bench = new Bench().run((query, reply) -> Thread.sleep(Long.MAX_VALUE), 1);
        bench.step();
        StreamId open = bench.ask("q");
        bench.until(() -> bench.hasStarted(open));
        assertEquals(1, bench.leases());
        assertEquals(ServingLease.EVERY_NS, bench.wokenAfterNs.getLast(), "earlier than it was before the query");
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.step();
        bench.step();
        assertEquals(2, bench.leases());
        assertEquals(ServingLease.EVERY_NS, bench.wokenAfterNs.getLast());
        bench.send(new Cancel(open, "enough"));
        bench.end(open);
    }

    @Test
    void leaseOfAnAnswerThatHasEndedIsRenewedBeforeItRunsOut() {
        Bench bench = new Bench().run(ECHO, 1);
        bench.step();
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.end(bench.ask("q"));
        long leases = bench.leases();
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.step();
        assertEquals(leases + 1, bench.leases());
        assertEquals(ServingLease.TIMES * ServingLease.IDLE_EVERY_NS / 1_000_000, bench.lastLease().forMs());
    }

    @Test
    void lastLeaseSaysThatTheProducerHasGone() {
        Bench bench = new Bench().run(ECHO, 1);
        bench.step();
        bench.dispatcher.onClose();
        bench.step();
        assertEquals(0, bench.lastLease().forMs());
    }

    @Test
    void nextRunLeavesEndedAnswersAloneAndRunsWhatWasNotBegun() {
        Bench bench = new Bench().run(ECHO, 1);
        StreamId ended = bench.ask("ended");
        bench.end(ended);
        StreamId waiting = bench.ask("asked while no producer was there");
        bench.run(ECHO, 1, Positions.START);
        bench.end(waiting);
        assertEquals(1, bench.ends(ended).size());
        assertEquals("asked while no producer was there", bench.text(waiting));
    }

    @Test
    void nextRunFailsWhatHadBegunWithTheLengthAndDigestOfItsText() throws Exception {
        Bench bench = new Bench().run((query, reply) -> {
            reply.write("half");
            Thread.sleep(Long.MAX_VALUE);
        }, 1);
        StreamId begun = bench.ask("q");
        bench.until(() -> bench.text(begun).equals("half"));
        bench.run(ECHO, 1, Positions.START);
        End end = bench.end(begun);
        assertEquals(Outcome.FAILED, end.outcome());
        assertEquals(4, end.offset());
        assertEquals(new End(begun, 4, Outcome.FAILED, "the producer was restarted while it was answering",
                java.security.MessageDigest.getInstance("SHA-256").digest("half".getBytes(StandardCharsets.UTF_8)), end.atMs(), Notes.NONE), end);
        assertEquals("next", bench.text(nextEnded(bench)));
    }

    private static StreamId nextEnded(Bench bench) {
        StreamId next = bench.ask("next");
        bench.end(next);
        return next;
    }

    @Test
    void answeredQueriesStayAnsweredOverManyRuns() {
        Bench bench = new Bench().run(ECHO, 1);
        List<StreamId> ended = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            Positions positions = bench.positions();
            bench.run(ECHO, 1, run == 0 ? Positions.START : positions);
            bench.step();
            bench.step();
            if (run % 2 == 0) {
                StreamId stream = bench.ask("asked in run " + run);
                bench.end(stream);
                ended.add(stream);
            }
            bench.step();
        }
        ended.forEach(stream -> assertEquals(1, bench.ends(stream).size()));
    }

    @Test
    void runThatIsKilledInTheMiddleOfItsReplayForgetsNothingAndRepeatsNothing() {
        Bench bench = new Bench().run(ECHO, 1);
        List<StreamId> ended = IntStream.range(0, 200).mapToObj(i -> bench.ask("q" + i)).toList();
        ended.forEach(bench::end);
        bench.run(ECHO, 1, Positions.START);
        bench.dispatcher.doWork();
        Positions half = bench.positions();
        assertTrue(half.request() > Positions.START.request(), "some of it is done with");
        bench.run(ECHO, 1, half);
        bench.end(bench.ask("next"));
        ended.forEach(stream -> assertEquals(1, bench.ends(stream).size()));
    }

    @Test
    void placeMovesOnWithTheLeasesOfAnIdleProducer() {
        Bench bench = new Bench().run(ECHO, 1);
        bench.end(bench.ask("q"));
        bench.step();
        long before = bench.positions().response();
        for (int i = 0; i < 3; i++) {
            bench.nowNs.addAndGet(ServingLease.IDLE_EVERY_NS);
            bench.step();
        }
        assertTrue(bench.positions().response() > before);
    }

    @Test
    void queryThatMayHaveBeenAnsweredIsNotAnsweredAgain() {
        Bench bench = new Bench().run(ECHO, 1);
        StreamId old = bench.ask("old");
        bench.end(old);
        // Frames of that time have been dropped, and what was remembered of it is lost.
        bench.responses.trim(bench.responses.end(), new Retention(Duration.ZERO, 0));
        bench.run(ECHO, 1, new Positions(Positions.START.request(), 0));
        StreamId next = bench.ask("next");
        bench.end(next);
        assertEquals("old", bench.text(old));
        assertEquals("next", bench.text(next));
    }

    @Test
    void placeNeverPassesAQueryWithoutAnEnd() {
        Semaphore permits = new Semaphore(0);
        Bench bench = new Bench().run((query, reply) -> {
            if (query.text().equals("slow")) {
                permits.acquire();
            }
        }, 2);
        bench.end(bench.ask("first"));
        bench.step();
        StreamId slow = bench.ask("slow");
        bench.until(() -> bench.hasStarted(slow));
        Positions before = bench.positions();
        bench.end(bench.ask("after"));
        bench.step();
        assertEquals(before, bench.positions());
        permits.release();
        bench.end(slow);
        bench.step();
        assertTrue(bench.positions().request() > before.request());
    }

    @Test
    void runFromTheLastPlaceNeitherForgetsNorRepeats() {
        Bench bench = new Bench().run(ECHO, 1);
        List<StreamId> ended = IntStream.range(0, 20).mapToObj(i -> bench.ask("q" + i)).toList();
        ended.forEach(bench::end);
        bench.step();
        Positions positions = bench.positions();
        StreamId later = bench.ask("later");
        bench.run(ECHO, 1, positions);
        bench.end(later);
        bench.step();
        ended.forEach(stream -> assertEquals(1, bench.ends(stream).size()));
        assertEquals(1, bench.ends(later).size());
    }
}
