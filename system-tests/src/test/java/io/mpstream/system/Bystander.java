package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client who asks short queries, one after the other and each on a connection of its own, while others misbehave; and how long the first
 * character of each took.
 */
final class Bystander implements AutoCloseable {
    private static final int WARM_UP = 200;
    private static final int BEFORE = 100;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final RunningServer server;
    private final String query;
    private final List<Long> tookNs = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean isClosed;
    private volatile RuntimeException broken;

    /** Nanoseconds. */
    record Times(int count, long medianNs, long p95Ns, long maxNs) {
        private static Times of(List<Long> tookNs) {
            List<Long> sorted = new ArrayList<>(tookNs);
            Collections.sort(sorted);
            int count = sorted.size();
            return count == 0 ? new Times(0, 0, 0, 0) : new Times(count, sorted.get(count / 2), sorted.get(count * 95 / 100), sorted.getLast());
        }

        /** Whether it was no longer than so many times that, or than this, whichever is more. */
        boolean isWithin(Times before, int times, long atLeastMs) {
            return count > 0 && medianNs <= Math.max(times * before.medianNs, TimeUnit.MILLISECONDS.toNanos(atLeastMs));
        }

        @Override
        public String toString() {
            return "%d answers, first character after %.1f ms (median), %.1f ms (p95), %.1f ms (at most)"
                    .formatted(count, medianNs / 1e6, p95Ns / 1e6, maxNs / 1e6);
        }
    }

    private Bystander(RunningServer server, String query) {
        this.server = server;
        this.query = query;
        this.thread = Thread.ofPlatform().start(this::run);
    }

    /** Asks now and then, until it is closed. The query's answer is to be short. */
    static Bystander of(RunningServer server, String query) {
        return new Bystander(server, query);
    }

    /** How long it takes while nothing else happens. */
    static Times alone(RunningServer server, String query) {
        times(server, query, WARM_UP);
        return times(server, query, BEFORE);
    }

    /** How long it takes, so many times. */
    static Times times(RunningServer server, String query, int count) {
        List<Long> tookNs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tookNs.add(firstCharacterNs(server, query));
        }
        return Times.of(tookNs);
    }

    private static long firstCharacterNs(RunningServer server, String query) {
        long startNs = System.nanoTime();
        try (Wire wire = server.connect()) {
            int status = wire.ask(query).head().status();
            if (status != 200) {
                throw new IllegalStateException("answered with " + status);
            }
            wire.chunk();
            return System.nanoTime() - startNs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            while (!isClosed) {
                tookNs.add(firstCharacterNs(server, query));
                LockSupport.parkNanos(PAUSE_NS);
            }
        } catch (RuntimeException e) {
            broken = e;
        }
    }

    /** How many it has had so far. */
    int count() {
        if (broken != null) {
            throw new AssertionError("the bystander was harmed after " + tookNs.size() + " answers", broken);
        }
        return tookNs.size();
    }

    /** Ends it; how long it took. */
    Times times() {
        close();
        count();
        return Times.of(tookNs);
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
