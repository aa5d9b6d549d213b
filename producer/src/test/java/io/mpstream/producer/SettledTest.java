package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.journal.Journal;
import io.mpstream.journal.Retention;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.Responder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What a lease says of queries: up to its position each has its end in the journal before it, or is said to run. */
class SettledTest {
    private static final Responder ECHO = (query, reply) -> reply.write(query.text());
    private static final Retention NOTHING = new Retention(Duration.ZERO, 0);

    private final Semaphore permits = new Semaphore(0);
    private final Responder gated = (query, reply) -> permits.acquire();

    /** What the next lease says. */
    private static long settled(Bench bench) {
        long before = bench.leases();
        bench.nowNs.addAndGet(ServingLease.IDLE_EVERY_NS);
        bench.until(() -> bench.leases() > before);
        return bench.lastLease().settled();
    }

    @Test
    void nothingIsSettledAtFirst() {
        Bench bench = new Bench().run(ECHO, 1);
        bench.step();
        assertEquals(Journal.START, bench.lastLease().settled());
    }

    @Test
    void queriesWithAnEndAreSettledUpToTheFirstWithout() {
        Bench bench = new Bench().run(gated, 1);
        StreamId first = bench.ask("first", "a");
        long firstPosition = bench.requests.end();
        StreamId waiting = bench.ask("waits", "a");
        StreamId other = bench.ask("other", "b");
        permits.release(2);
        bench.end(first);
        bench.end(other);
        bench.until(() -> bench.hasStarted(waiting));
        assertEquals(firstPosition, settled(bench));
        permits.release();
        bench.end(waiting);
        bench.step();
        assertEquals(bench.requests.end(), settled(bench));
    }

    @Test
    void entryIsSettledWhenAllOfItsQueriesAre() {
        Bench bench = new Bench().run(gated, 1);
        bench.end(cancelled(bench));
        bench.step();
        long before = bench.requests.end();
        StreamId first = StreamId.mint();
        StreamId second = StreamId.mint();
        bench.sendTogether(new Query(first, "1", "", Map.of(), 0), new Query(second, "2", "", Map.of(), 0));
        long together = bench.requests.end();
        permits.release();
        bench.end(first);
        bench.until(() -> bench.hasStarted(second));
        assertEquals(before, settled(bench));
        permits.release();
        bench.end(second);
        bench.step();
        assertEquals(together, settled(bench));
    }

    private static StreamId cancelled(Bench bench) {
        StreamId stream = StreamId.mint();
        bench.sendTogether(new Query(stream, "q", "", Map.of(), 0), new Cancel(stream, "at once"));
        return stream;
    }

    @Test
    void longAnswerIsSettledAlthoughItRuns() {
        Bench bench = new Bench().run(gated, 1);
        StreamId answer = bench.ask("runs for long");
        bench.until(() -> bench.hasStarted(answer));
        assertEquals(Journal.START, settled(bench));
        bench.nowNs.addAndGet(Answer.SAY_EVERY_NS);
        bench.step();
        bench.nowNs.addAndGet(ServingLease.EVERY_NS);
        bench.step();
        assertEquals(bench.requests.end(), settled(bench));
        assertEquals(Map.of(answer, 0L), bench.running());
    }

    @Test
    void nextRunSaysWhatItHasReadAgainAndNoMore() {
        Bench bench = new Bench().run(gated, 1);
        bench.end(cancelled(bench));
        StreamId begun = bench.ask("begun");
        StreamId waiting = bench.ask("waits");
        bench.until(() -> bench.hasStarted(begun));
        Positions positions = bench.positions();
        assertTrue(positions.request() > Journal.START);
        bench.run(gated, 1, positions);
        bench.step();
        assertEquals(positions.request(), bench.lastLease().settled());
        bench.end(begun);
        long begunPosition = bench.requests.end() - 1;
        bench.until(() -> bench.hasStarted(waiting));
        assertEquals(begunPosition, settled(bench));
    }

    @Test
    void lastLeaseSaysWhatIsRememberedForTheNextRun() {
        Bench bench = new Bench().run(gated, 1);
        bench.end(cancelled(bench));
        bench.ask("runs");
        bench.step();
        bench.dispatcher.onClose();
        bench.step();
        assertEquals(0, bench.lastLease().forMs());
        assertEquals(bench.positions().request(), bench.lastLease().settled());
        assertEquals(0, bench.lastLease().settled());
    }

    /** Virtual threads run when they like, so a seed does not repeat a run to the letter. */
    @Test
    void killsAtAnyPointLeaveEveryLeaseTrue() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Bench bench = new Bench();
        Tailer<Request> asked = bench.requests.tailer();
        Tailer<Frame> written = bench.responses.tailer();
        Leases leases = new Leases(bench, asked, seed);
        Positions saved = Positions.START;
        Semaphore turns = new Semaphore(0);
        bench.run(gate(turns), 2);
        for (int i = 0; i < 4_000; i++) {
            switch (random.nextInt(20)) {
                case 0, 1 -> bench.ask("q", "user " + random.nextInt(3));
                case 2 -> bench.sendTogether(new Query(StreamId.mint(), "1", "", Map.of(), 0), new Query(StreamId.mint(), "2", "x", Map.of(), 0));
                case 3 -> leases.anyOpen(random).ifPresent(stream -> bench.send(new Cancel(stream, "enough")));
                case 4 -> bench.nowNs.addAndGet(Answer.SAY_EVERY_NS / 2);
                case 5 -> {
                    saved = bench.positions();
                    bench.requests.trim(saved.request(), NOTHING);
                    bench.responses.trim(saved.response(), NOTHING);
                }
                case 6 -> {
                    // Nobody takes what the killed run's responders write; let them go.
                    turns.release(1_000_000);
                    turns = new Semaphore(0);
                    bench.run(gate(turns), 2, saved);
                }
                case 7, 8, 9 -> bench.dispatcher.doWork();
                case 10, 11, 12 -> turns.release(1);
                default -> bench.step();
            }
            written.poll(leases::onFrame, Integer.MAX_VALUE);
        }
        assertTrue(leases.largest > 0, "seed " + seed);
    }

    private static Responder gate(Semaphore turns) {
        return (query, reply) -> {
            turns.acquire();
            reply.write(query.text());
        };
    }

    /** Reads both journals as they grow, and holds each lease to what came before it, and to what follows it. */
    private static final class Leases {
        private final Bench bench;
        private final Tailer<Request> asked;
        private final long seed;
        private final Map<StreamId, Long> open = new HashMap<>();
        /** Said to run. */
        private final List<StreamId> running = new ArrayList<>();
        long largest = Journal.START;

        Leases(Bench bench, Tailer<Request> asked, long seed) {
            this.bench = bench;
            this.asked = asked;
            this.seed = seed;
        }

        Optional<StreamId> anyOpen(Random random) {
            return open.keySet().stream().skip(random.nextInt(open.size() + 1)).findFirst();
        }

        void onFrame(Frame frame) {
            asked.poll(request -> {
                if (request instanceof Query query) {
                    open.put(query.stream(), asked.position());
                }
            }, Integer.MAX_VALUE);
            switch (frame) {
                case Running said -> running.add(said.query().stream());
                case End end -> open.remove(end.stream());
                case Lease lease -> {
                    assertTrue(lease.settled() <= bench.requests.end());
                    largest = Math.max(largest, lease.settled());
                    open.forEach((stream, position) -> assertTrue(position > largest || running.contains(stream),
                            () -> "seed " + seed + ": one that waits, or is not said to run, at " + position + " is not settled by " + lease));
                }
                default -> { }
            }
        }
    }
}
