package io.mpstream.responders.exec;

import io.mpstream.responders.exec.WorkerMessages.FromWorker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of a responder. One that ends is started again, after a while that grows as long as it does not get ready. Any thread. */
final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long PAUSE_MS_MIN = 1_000;
    private static final long PAUSE_MS_MAX = 16_000;
    private static final long PATIENCE_MS = 60_000;

    private final ExecSettings settings;
    private final Leash leash = new Leash();
    private final List<Thread> keepers = new ArrayList<>();
    /** What the first to be ready has said, or why it never was. */
    private final CompletableFuture<FromWorker> first = new CompletableFuture<>();

    // Guarded by this.
    private final List<Worker> ready = new ArrayList<>();
    private String lastDeath = "none has started";

    private Workers(ExecSettings settings) {
        this.settings = settings;
    }

    /**
     * Starts them all, and waits until one is ready.
     *
     * @throws IllegalArgumentException if one ended before any was ready, saying why: the others would too
     */
    static Workers start(ExecSettings settings) {
        Workers workers = new Workers(settings);
        for (int i = 0; i < settings.workers(); i++) {
            String name = settings.workers() == 1 ? "worker" : "worker " + (i + 1);
            workers.keepers.add(Thread.ofPlatform().daemon().name("exec-worker").start(() -> workers.keep(name)));
        }
        try {
            workers.first.get();
            return workers;
        } catch (ExecutionException e) {
            workers.close();
            throw new IllegalArgumentException("the worker of --exec was never ready: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            workers.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether they can go on with answers. */
    boolean isResumable() {
        return first.join().resumable();
    }

    private void keep(String name) {
        long pauseMs = PAUSE_MS_MIN;
        try {
            while (true) {
                pauseMs = run(name) ? PAUSE_MS_MIN : Math.min(2 * pauseMs, PAUSE_MS_MAX);
                Thread.sleep(pauseMs);
            }
        } catch (InterruptedException e) {
            // They are closed.
            Thread.currentThread().interrupt();
        }
    }

    /** Runs one from its start to its end; whether it got ready. */
    private boolean run(String name) throws InterruptedException {
        boolean wasReady = false;
        try (Worker worker = Worker.start(name, settings, leash)) {
            try {
                first.complete(worker.ready().get());
                wasReady = true;
                add(worker);
                died(name, worker.death().get());
            } finally {
                remove(worker);
            }
        } catch (IOException e) {
            first.completeExceptionally(e);
            died(name, e.getMessage());
        } catch (ExecutionException e) {
            first.completeExceptionally(e.getCause());
            died(name, e.getCause().getMessage());
        }
        return wasReady;
    }

    private synchronized void add(Worker worker) {
        ready.add(worker);
        notifyAll();
    }

    private synchronized void remove(Worker worker) {
        ready.remove(worker);
    }

    private synchronized void died(String name, String why) {
        lastDeath = why;
        LOG.warn("{} has ended and is started again: {}", name, why);
    }

    /**
     * Has the one that has least to do answer a query; waits until there is one.
     *
     * @throws CommandFailedException if none gets ready in a minute
     */
    synchronized Asked ask(Ask ask) throws InterruptedException, CommandFailedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        Optional<Worker> worker = leastLoaded();
        while (worker.isEmpty()) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
            if (leftMs <= 0) {
                throw new CommandFailedException("no worker is ready; the last one ended with: " + lastDeath);
            }
            wait(leftMs);
            worker = leastLoaded();
        }
        return new Asked(worker.get(), worker.get().ask(ask));
    }

    private Optional<Worker> leastLoaded() {
        return ready.stream().filter(Worker::isOpen).min(Comparator.comparingInt(Worker::load));
    }

    /** Who answers, and what comes of it. */
    record Asked(Worker worker, WorkerAnswer answer) {
    }

    @Override
    public void close() {
        keepers.forEach(Thread::interrupt);
        leash.close();
    }
}
