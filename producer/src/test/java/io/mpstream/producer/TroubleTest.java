package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.StreamId;
import io.mpstream.responder.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What leases tell of answers that do not end, or do not begin. */
class TroubleTest {
    private final CountDownLatch enough = new CountDownLatch(1);
    private final AtomicInteger called = new AtomicInteger();

    /** Does not care for interrupts. */
    private final Bench bench = new Bench().run((query, reply) -> {
        called.incrementAndGet();
        boolean hasEnded = false;
        while (!hasEnded) {
            try {
                enough.await();
                hasEnded = true;
            } catch (InterruptedException e) {
                // As one that computes.
            }
        }
    }, 10);

    @Test
    void responderThatDoesNotReturnIsNamedUntilItDoes() {
        StreamId stream = bench.ask("q");
        cancel(stream);
        assertTold(Lease.State.SERVING, "");
        pass(Stragglers.NAMED_AFTER_NS - 1);
        assertTold(Lease.State.SERVING, "");
        long leases = bench.leases();
        pass(1);
        assertEquals(leases + 1, bench.leases(), "at once");
        assertTold(Lease.State.SERVING, "1 responder has not returned after its answer was ended: stream " + stream);
        enough.countDown();
        bench.until(() -> bench.lastLease().trouble().isEmpty());
        assertTold(Lease.State.SERVING, "");
    }

    @Test
    void dispatcherIsWokenToNameIt() {
        StreamId stream = bench.ask("q");
        cancel(stream);
        long wakes = 0;
        while (bench.lastLease().trouble().isEmpty() && wakes++ < 20) {
            pass(bench.wokenAfterNs.getLast());
        }
        assertTrue(bench.lastLease().trouble().endsWith(stream.toString()), bench.lastLease().toString());
        enough.countDown();
    }

    @Test
    void manyAreCountedAndTheFirstNamed() {
        List<StreamId> streams = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            streams.add(bench.ask("q" + i));
        }
        bench.until(() -> called.get() == 10);
        streams.forEach(this::cancel);
        pass(Stragglers.NAMED_AFTER_NS);
        assertTold(Lease.State.SERVING, "10 responders have not returned after their answers were ended: streams " + streams.get(0) + ", " + streams.get(1) + ", "
                + streams.get(2) + " and 7 more");
        enough.countDown();
    }

    @Test
    void oneThatReturnsInTimeIsNotNamed() {
        Bench obedient = new Bench().run((query, reply) -> {
            while (!reply.cancelled()) {
                Thread.yield();
            }
            throw new CancelledException("enough");
        }, 1);
        StreamId stream = obedient.ask("q");
        obedient.until(() -> obedient.hasStarted(stream));
        obedient.send(new Cancel(stream, "enough"));
        obedient.end(stream);
        StreamId next = obedient.ask("has its place");
        obedient.until(() -> obedient.hasStarted(next));
        obedient.nowNs.addAndGet(2 * Stragglers.NAMED_AFTER_NS);
        obedient.step();
        assertEquals("", obedient.lastLease().trouble());
        obedient.send(new Cancel(next, "enough"));
        obedient.end(next);
    }

    @Test
    void answersThatDoNotRunAreToldAtOnce() throws Exception {
        ForkJoinPool pool = stall(bench.carriers);
        bench.step();
        assertEquals(Lease.State.STALLED, bench.lastLease().state());
        assertTrue(bench.lastLease().trouble().startsWith("answers that were started do not run"), bench.lastLease().trouble());
        assertTrue(bench.lastLease().forMs() > 0);
        StreamId stream = bench.ask("q");
        cancel(stream);
        pass(Stragglers.NAMED_AFTER_NS);
        assertEquals(Lease.State.STALLED, bench.lastLease().state());
        assertTrue(bench.lastLease().trouble().endsWith("; 1 responder has not returned after its answer was ended: stream " + stream), bench.lastLease().trouble());
        assertTrue(bench.lastLease().trouble().length() <= Lease.TROUBLE_LENGTH_MAX);
        pool.submit(bench.carriers::look).get();
        pool.shutdown();
        pass(TimeUnit.MILLISECONDS.toNanos(1));
        assertEquals(Lease.State.SERVING, bench.lastLease().state());
        bench.dispatcher.onClose();
        bench.stepAppender();
        assertTold(Lease.State.GONE, "");
        assertEquals(0, bench.lastLease().forMs());
        enough.countDown();
    }

    /** Has a pool that has one thread, and gets no other, with something that waits until the next task. */
    private static ForkJoinPool stall(Carriers carriers) throws Exception {
        Semaphore threads = new Semaphore(1);
        ForkJoinPool pool = new ForkJoinPool(1,
                workers -> threads.tryAcquire() ? ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(workers) : null, null, true);
        pool.submit(() -> {
            carriers.enter(pool);
            pool.execute(() -> { });
            for (int i = 0; i <= Carriers.LOOKS_TO_STALL; i++) {
                carriers.look();
            }
        }).get();
        return pool;
    }

    private void cancel(StreamId stream) {
        // One that is cancelled before its thread has run is not called at all.
        bench.until(() -> bench.hasStarted(stream) && called.get() > 0);
        bench.send(new Cancel(stream, "enough"));
        bench.end(stream);
    }

    private void pass(long ns) {
        bench.nowNs.addAndGet(ns);
        bench.step();
    }

    private void assertTold(Lease.State state, String trouble) {
        assertEquals(state, bench.lastLease().state());
        assertEquals(trouble, bench.lastLease().trouble());
    }
}
