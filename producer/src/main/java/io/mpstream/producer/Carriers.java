package io.mpstream.producer;

import io.mpstream.protocol.Detail;
import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that carry virtual ones. Answers mostly wait, so there are far fewer than processors: each that is woken for one answer's few
 * microseconds costs more than those. While answers run it is looked, twenty times a second, whether what waits for a carrier gets one. If the
 * carriers compute all the time there are made twice as many, up to the number of processors.
 *
 * <p>A virtual thread leaves its carrier only where it waits, so a few answers that compute would stop all others. If hardly any that waits has
 * got a carrier in two looks there are made twice as many, beyond the number of processors too; the processors are then shared by the kernel,
 * which does preempt. There are fewer again when they are not used any more.
 *
 * <p>Who looks is itself on one of the carriers, and stays there: a pool of which all workers are busy begins others only when one of its own
 * workers adds to an empty queue, whatever its parallelism is set to.
 */
final class Carriers implements AutoCloseable {
    /** The most that there may be. */
    static final int MOST = 4_096;
    /** Looks with hardly any progress until there are more; then twice that until there are more again. */
    static final int LOOKS_TO_RAISE = 2;
    /** Looks without any progress until it is told. */
    static final int LOOKS_TO_STALL = 40;
    /** Looks after which there are as few as would have done. */
    static final int LOOKS_TO_LOWER = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Carriers.class);
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int STEP_MIN = 4;
    /** Processors for each carrier that there is as a rule. */
    private static final int PROCESSORS_A_CARRIER = 4;
    private static final int USUAL_MIN = 2;
    /** Of the time of all carriers: who uses so much of the processors wants more of them. */
    private static final double FULL_PART = 0.75;

    private final Runnable onChange;
    private final LongSupplier cpuNs;
    private volatile int running;
    private volatile boolean isStalled;
    private volatile boolean isClosed;
    private volatile Thread watcher;

    // Confined to the thread that looks.
    private ForkJoinPool pool;
    /** As many as there were at first: one for each. */
    private int processors;
    /** As many as there are as a rule, without the one of who looks. */
    private int base;
    private long steals;
    private long usedNs;
    private long askedNs;
    private boolean wasQueued;
    private int stillLooks;
    private int slowLooks;
    private int fullLooks;
    private int looks;
    /** The least that were busy since the last time that there were to be fewer, or more. */
    private int least = MOST;
    private int most;

    /**
     * Nothing is looked at yet.
     *
     * @param onChange called, on the thread that looks, when answers that were started do not run, or do again
     */
    Carriers(Runnable onChange) {
        this(onChange, () -> ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos());
    }

    /**
     * The same.
     *
     * @param cpuNs tells what processor time this process has used
     */
    Carriers(Runnable onChange, LongSupplier cpuNs) {
        this.onChange = onChange;
        this.cpuNs = cpuNs;
    }

    /** Begins to look after the carriers of this virtual machine's virtual threads, soon. */
    void launch() {
        Thread.ofVirtual().name("carriers").start(() -> {
            ForkJoinPool found = ofVirtualThreads();
            if (found == null) {
                LOG.warn("this Java does not tell what carries its virtual threads: answers that compute may stop others");
            } else {
                found.execute(() -> watch(found));
            }
        });
    }

    /** The pool of the carrier that the calling virtual thread is on; null if that cannot be told. */
    private static ForkJoinPool ofVirtualThreads() {
        String self = Thread.currentThread().toString();
        String carrier = self.substring(self.lastIndexOf('@') + 1);
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[2 * root.activeCount() + 64];
        int count = root.enumerate(threads, true);
        for (int i = 0; i < count; i++) {
            if (threads[i] instanceof ForkJoinWorkerThread worker && worker.getName().equals(carrier)) {
                return worker.getPool();
            }
        }
        return null;
    }

    private void watch(ForkJoinPool carriers) {
        watcher = Thread.currentThread();
        enter(carriers);
        try {
            while (!isClosed) {
                if (running == 0 && !isRaised()) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, LOOK_EVERY_NS);
                    look();
                }
            }
        } catch (RuntimeException e) {
            LOG.error("what carries virtual threads is not looked after any more: answers that compute may stop others", e);
        } finally {
            leave();
        }
    }

    /** Takes one of the carriers, beside which there are as many as a rule from now on. */
    void enter(ForkJoinPool carriers) {
        pool = carriers;
        processors = carriers.getParallelism();
        base = usual(processors);
        most = base + 1;
        carriers.setParallelism(most);
    }

    /** How many there are as a rule where there are so many processors. */
    static int usual(int processors) {
        return Math.min(processors, Math.max(USUAL_MIN, processors / PROCESSORS_A_CARRIER));
    }

    private void leave() {
        pool.setParallelism(processors);
    }

    private boolean isRaised() {
        return pool.getParallelism() > base + 1;
    }

    /** So many answers run. Any thread, one at a time. */
    void running(int answers) {
        int before = running;
        if (answers != before) {
            running = answers;
            if (before == 0) {
                LockSupport.unpark(watcher);
            }
        }
    }

    /** Whether none of the threads that wait for a carrier has got one for long. Any thread. */
    boolean isStalled() {
        return isStalled;
    }

    /** Looks once. On a thread of the pool, which stays there between two looks. */
    void look() {
        long taken = pool.getStealCount();
        boolean isQueued = pool.hasQueuedSubmissions() || pool.getQueuedTaskCount() > 0;
        boolean isWaiting = isQueued && wasQueued;
        // Each carrier has had the same thread for most of the time: whoever waits behind a few of those waits for long.
        boolean isSlow = isWaiting && taken - steals < pool.getParallelism();
        stillLooks = isWaiting && taken == steals ? stillLooks + 1 : 0;
        slowLooks = isSlow ? slowLooks + 1 : 0;
        steals = taken;
        wasQueued = isQueued;
        fullLooks = isWaiting && pool.getParallelism() <= processors && isComputing() ? fullLooks + 1 : 0;
        if (isDue(stillLooks) || isDue(slowLooks)) {
            raise(MOST);
        } else if (isDue(fullLooks)) {
            raise(processors + 1);
        }
        least = Math.min(least, pool.getActiveThreadCount());
        if (++looks >= LOOKS_TO_LOWER) {
            lower();
        }
        tell(stillLooks >= LOOKS_TO_STALL);
    }

    /** Whether this process has used as much as nearly all the time of its carriers since this was last asked. */
    private boolean isComputing() {
        long usedBeforeNs = usedNs;
        long beforeNs = askedNs;
        usedNs = cpuNs.getAsLong();
        askedNs = System.nanoTime();
        return usedNs - usedBeforeNs >= FULL_PART * (pool.getParallelism() - 1) * (askedNs - beforeNs);
    }

    /** Seldomer while that does not help: the new ones may have had no processor yet. */
    private static boolean isDue(int looks) {
        return looks >= LOOKS_TO_RAISE && Integer.bitCount(looks) == 1;
    }

    private void raise(int bound) {
        int before = pool.getParallelism();
        int active = pool.getActiveThreadCount();
        if (active >= before && before < bound) {
            pool.setParallelism(Math.min(bound, before + Math.max(STEP_MIN, before)));
            if (pool.getParallelism() > most) {
                most = pool.getParallelism();
                LOG.info("answers that compute hold all {} threads that carry answers: there are {} now", before, most);
            }
        }
        looks = 0;
        least = MOST;
        int waiting = pool.getQueuedSubmissionCount() + (int) pool.getQueuedTaskCount();
        begin(Math.min(waiting, pool.getParallelism() - active));
    }

    /** Has so many more workers begin. */
    private void begin(int workers) {
        try {
            for (int i = 0; i < workers; i++) {
                // Added to this worker's own queue, which is empty but for it.
                new Nudge().fork().tryUnfork();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.warn("no more threads can be had to carry answers: {}", Detail.of(e));
        }
    }

    /** Does nothing, somewhere. */
    private static final class Nudge extends RecursiveAction {
        private static final long serialVersionUID = 1L;

        @Override
        protected void compute() {
        }
    }

    private void lower() {
        // Those that were busy all the time may compute for ever; as many as usual are left for the others.
        int enough = base + Math.max(1, least);
        if (enough < pool.getParallelism()) {
            pool.setParallelism(enough);
        }
        looks = 0;
        least = MOST;
    }

    private void tell(boolean isStalledNow) {
        if (isStalledNow != isStalled) {
            isStalled = isStalledNow;
            if (isStalledNow) {
                LOG.warn("answers that were started do not run: others compute on all {} threads that carry answers", pool.getPoolSize());
            } else {
                LOG.info("answers that were started run again");
            }
            onChange.run();
        }
    }

    /** Looks after them no more. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(watcher);
    }
}
