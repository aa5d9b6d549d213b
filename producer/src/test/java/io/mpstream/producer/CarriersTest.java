package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pool as that of virtual threads is, with tasks that give nothing back, and looks that are made by hand. */
class CarriersTest {
    private static final int PROCESSORS = 2;

    private final ForkJoinPool pool = new ForkJoinPool(PROCESSORS, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    private final AtomicInteger changes = new AtomicInteger();
    private final Carriers carriers = new Carriers(changes::incrementAndGet);
    private final Semaphore looks = new Semaphore(0);
    private final Semaphore looked = new Semaphore(0);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger computing = new AtomicInteger();

    @BeforeEach
    void enter() throws InterruptedException {
        pool.execute(() -> {
            carriers.enter(pool);
            looked.release();
            while (!pool.isShutdown()) {
                looks.acquireUninterruptibly();
                carriers.look();
                looked.release();
            }
        });
        looked.acquire();
    }

    @AfterEach
    void leave() {
        end.countDown();
        pool.shutdown();
        looks.release();
    }

    @Test
    void nothingChangesWhileNobodyWaits() {
        compute(PROCESSORS);
        Awaitility.await().until(() -> computing.get() == PROCESSORS);
        look(20);
        assertEquals(PROCESSORS + 1, pool.getParallelism());
    }

    @Test
    void whoWaitsGetsACarrierHoweverManyCompute() throws InterruptedException {
        for (int more : new int[] {4, 40}) {
            compute(more);
            CountDownLatch other = new CountDownLatch(1);
            pool.execute(other::countDown);
            Awaitility.await().pollInterval(2, TimeUnit.MILLISECONDS).until(() -> {
                look(1);
                return other.await(1, TimeUnit.MILLISECONDS);
            });
        }
        assertTrue(pool.getParallelism() <= 4 * 44, pool.toString());
        assertFalse(carriers.isStalled());
    }

    @Test
    void progressKeepsThemFew() {
        haveTurns(pool, looks, 2 * PROCESSORS + 2);
        assertEquals(PROCESSORS + 1, pool.getParallelism());
    }

    @Test
    void oneNowAndThenIsNotEnough() {
        haveTurns(pool, looks, 1);
        assertTrue(pool.getParallelism() > PROCESSORS + 1, pool.toString());
        assertFalse(carriers.isStalled());
    }

    @Test
    void thereAreFewWhereThereAreManyProcessors() {
        assertEquals(1, Carriers.usual(1));
        assertEquals(2, Carriers.usual(2));
        assertEquals(2, Carriers.usual(8));
        assertEquals(4, Carriers.usual(16));
    }

    @Test
    void thoseThatComputeAllTheTimeGetAllProcessors() {
        assertEquals(8 + 1, parallelismOfEight(8));
    }

    @Test
    void thoseThatWaitForAProcessorGetNoMore() {
        assertEquals(2 + 1, parallelismOfEight(1));
    }

    /** How many carriers there are of eight when many have waited for their turns, while the process used so many processors. */
    private int parallelismOfEight(int used) {
        ForkJoinPool eight = new ForkJoinPool(8, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        Carriers own = new Carriers(changes::incrementAndGet, () -> used * System.nanoTime());
        Semaphore steps = new Semaphore(0);
        eight.execute(() -> {
            own.enter(eight);
            while (!eight.isShutdown()) {
                steps.acquireUninterruptibly();
                own.look();
                looked.release();
            }
        });
        haveTurns(eight, steps, 12);
        int parallelism = eight.getParallelism();
        eight.shutdown();
        steps.release();
        return parallelism;
    }

    /** Fifty looks, between which so many have their turn, while many others wait. */
    private void haveTurns(ForkJoinPool workers, Semaphore steps, int each) {
        int rounds = 50;
        Semaphore turns = new Semaphore(0);
        AtomicInteger ended = new AtomicInteger();
        int tasks = 2 * rounds * each + Carriers.LOOKS_TO_STALL;
        for (int i = 0; i < tasks; i++) {
            workers.execute(() -> {
                turns.acquireUninterruptibly();
                ended.incrementAndGet();
            });
        }
        for (int i = 1; i <= rounds; i++) {
            turns.release(each);
            int due = i * each;
            Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> ended.get() >= due);
            step(steps, 1);
        }
        turns.release(tasks);
    }

    @Test
    void thoseThatAreNotUsedGoAgain() {
        compute(10);
        Awaitility.await().pollInterval(2, TimeUnit.MILLISECONDS).until(() -> {
            look(1);
            return computing.get() == 10;
        });
        look(Carriers.LOOKS_TO_LOWER);
        assertEquals(PROCESSORS + 1 + 10, pool.getParallelism(), "as many as usual beside those that compute");
        end.countDown();
        Awaitility.await().until(() -> pool.getActiveThreadCount() == 1);
        look(2 * Carriers.LOOKS_TO_LOWER);
        assertEquals(PROCESSORS + 1, pool.getParallelism());
    }

    @Test
    void stallIsToldOnceAndTakenBack() {
        // A permit a thread that can be had.
        Semaphore gate = new Semaphore(1);
        CountDownLatch held = new CountDownLatch(1);
        ForkJoinPool stuck = new ForkJoinPool(1,
                workers -> gate.tryAcquire() ? ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(workers) : null, null, true);
        Carriers own = new Carriers(changes::incrementAndGet);
        Semaphore steps = new Semaphore(0);
        stuck.execute(() -> {
            own.enter(stuck);
            held.countDown();
            while (end.getCount() > 0) {
                steps.acquireUninterruptibly();
                own.look();
                looked.release();
            }
        });
        Awaitility.await().until(() -> held.getCount() == 0);
        CountDownLatch other = new CountDownLatch(1);
        stuck.execute(other::countDown);
        step(steps, Carriers.LOOKS_TO_STALL);
        assertFalse(own.isStalled());
        step(steps, 2);
        assertTrue(own.isStalled());
        assertEquals(1, changes.get());
        gate.release(100);
        Awaitility.await().pollInterval(2, TimeUnit.MILLISECONDS).until(() -> {
            step(steps, 1);
            return other.await(1, TimeUnit.MILLISECONDS);
        });
        step(steps, 2);
        assertFalse(own.isStalled());
        assertEquals(2, changes.get());
        end.countDown();
        steps.release();
        stuck.shutdown();
    }

    private void compute(int tasks) {
        for (int i = 0; i < tasks; i++) {
            pool.execute(() -> {
                computing.incrementAndGet();
                // Holds its worker as one that computes does, but not a processor.
                boolean hasEnded = false;
                while (!hasEnded) {
                    try {
                        hasEnded = end.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        hasEnded = true;
                    }
                }
            });
        }
    }

    private void look(int times) {
        step(looks, times);
    }

    private void step(Semaphore permits, int times) {
        for (int i = 0; i < times; i++) {
            permits.release();
            looked.acquireUninterruptibly();
        }
    }
}
