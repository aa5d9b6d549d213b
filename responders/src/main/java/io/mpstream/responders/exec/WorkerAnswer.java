package io.mpstream.responders.exec;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a worker says of one answer, on its way from the worker's reader to the answer's thread. */
final class WorkerAnswer {
    /** A reader that finds it full waits, and so do the other answers of that worker. */
    private static final int MESSAGES_MAX = 1_024;
    private static final long LOOK_MS = 100;

    /** A message, or the exception that there will be no more. */
    private final BlockingQueue<Object> messages = new ArrayBlockingQueue<>(MESSAGES_MAX);
    private volatile boolean isAbandoned;

    /** Called by the worker's reader; waits for room, unless nobody reads any more. */
    void add(Object message) throws InterruptedException {
        while (!isAbandoned && !messages.offer(message, LOOK_MS, TimeUnit.MILLISECONDS)) {
            // Looks again whether anybody still reads.
        }
    }

    /**
     * The next message; waits for it.
     *
     * @throws WorkerDiedException if the worker ended
     */
    WorkerMessages.FromWorker next() throws InterruptedException, WorkerDiedException {
        Object next = messages.take();
        if (next instanceof WorkerDiedException died) {
            throw died;
        }
        return (WorkerMessages.FromWorker) next;
    }

    /**
     * Passes over what comes until the end, for this time at most; whether there was an end. After that nothing is kept any more. Not
     * interruptible: the interrupt that goes with a cancel may come after it.
     */
    boolean abandon(long ms) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return isEndBefore(endNs);
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } finally {
            isAbandoned = true;
            messages.clear();
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isEndBefore(long endNs) throws InterruptedException {
        Object next = poll(endNs);
        while (next instanceof WorkerMessages.FromWorker message && message.end() == null) {
            next = poll(endNs);
        }
        return next != null;
    }

    /** Whether nobody waits for its end any more. */
    boolean isAbandoned() {
        return isAbandoned;
    }

    private Object poll(long endNs) throws InterruptedException {
        return messages.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
