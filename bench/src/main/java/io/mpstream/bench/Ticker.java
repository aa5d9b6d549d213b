package io.mpstream.bench;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Paces all answers of one interval from one thread: a timer an answer would cost more than what is measured. It keeps to
 * the schedule that each answer's first token sets, however late it is itself, so that a stall is not left out.
 */
final class Ticker {
    private final long intervalNs;
    private final Queue<Paced> newcomers = new ConcurrentLinkedQueue<>();
    /** Before their first token, by when it is due. */
    private final Queue<Paced> early = new PriorityQueue<>(Comparator.comparingLong(paced -> paced.dueNs));
    /** After it, in the order in which they are due, which lasts because all have the same interval. */
    private final Deque<Paced> due = new ArrayDeque<>();
    private final Stamp stamp = new Stamp();
    private final Thread thread;
    private long count;

    /** An answer that is paced. */
    private static final class Paced {
        final Consumer<CharSequence> text;
        final CountDownLatch done = new CountDownLatch(1);
        int left;
        long dueNs;
        RuntimeException failure;

        Paced(Consumer<CharSequence> text, int tokens) {
            this.text = text;
            this.left = tokens;
        }
    }

    Ticker(long intervalNs) {
        this.intervalNs = intervalNs;
        thread = Thread.ofPlatform().name("ticker").daemon().start(this::run);
    }

    /** Writes so many tokens from now on, and returns when all are written. Any thread but the ticker's. */
    void pace(Consumer<CharSequence> text, int tokens) throws InterruptedException {
        Paced paced = new Paced(text, tokens);
        newcomers.add(paced);
        LockSupport.unpark(thread);
        paced.done.await();
        if (paced.failure != null) {
            throw paced.failure;
        }
    }

    private void run() {
        while (true) {
            long nowNs = System.nanoTime();
            for (Paced paced = newcomers.poll(); paced != null; paced = newcomers.poll()) {
                paced.dueNs = nowNs + Phase.of(count++, intervalNs);
                early.add(paced);
            }
            Paced next = takeDue(nowNs);
            while (next != null) {
                write(next);
                next = takeDue(nowNs);
            }
            rest();
        }
    }

    private Queue<Paced> nextFrom() {
        return due.isEmpty() || !early.isEmpty() && early.peek().dueNs < due.peek().dueNs ? early : due;
    }

    private Paced takeDue(long nowNs) {
        Queue<Paced> from = nextFrom();
        return !from.isEmpty() && nowNs - from.peek().dueNs >= 0 ? from.poll() : null;
    }

    private void rest() {
        Queue<Paced> from = nextFrom();
        if (from.isEmpty()) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, from.peek().dueNs - System.nanoTime());
        }
    }

    private void write(Paced paced) {
        try {
            paced.text.accept(stamp.now());
        } catch (RuntimeException e) {
            paced.failure = e;
            paced.left = 1;
        }
        if (--paced.left == 0) {
            paced.done.countDown();
        } else {
            paced.dueNs += intervalNs;
            due.addLast(paced);
        }
    }
}
