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
        try (Worker worker = Worker.start(name, settings, leash, this::look)) {
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
        notifyAll();
    }

    private synchronized void died(String name, String why) {
        lastDeath = why;
        LOG.warn("{} has ended and is started again: {}", name, why);
    }

    /** Has queries that wait look for room again; a worker all of whose answers have been given up is ended before. */
    synchronized void look(Worker worker) {
        if (worker.isDeaf()) {
            worker.close();
        }
        notifyAll();
    }

    /**
     * Has the one that has least to do answer a query; waits until one has room.
     *
     * @throws CommandFailedException if none at all is ready for a minute
     */
    synchronized Asked ask(Ask ask) throws InterruptedException, CommandFailedException {
        long sinceNs = System.nanoTime();
        Optional<Worker> worker = withRoom();
        while (worker.isEmpty()) {
            if (isAnyOpen()) {
                wait();
                sinceNs = System.nanoTime();
            } else {
                awaitChange(sinceNs);
            }
            worker = withRoom();
        }
        return new Asked(worker.get(), worker.get().ask(ask));
    }

    private synchronized void awaitChange(long sinceNs) throws InterruptedException, CommandFailedException {
        long leftMs = PATIENCE_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNs);
        if (leftMs <= 0) {
            throw new CommandFailedException("no worker is ready; the last one ended with: " + lastDeath);
        }
        wait(leftMs);
    }

    private Optional<Worker> withRoom() {
        return ready.stream().filter(each -> each.isOpen() && each.load() < settings.share()).min(Comparator.comparingInt(Worker::load));
    }

    private boolean isAnyOpen() {
        return ready.stream().anyMatch(Worker::isOpen);
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
