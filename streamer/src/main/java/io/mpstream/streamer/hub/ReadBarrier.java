package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.Frame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Who wants to know what the journals hold now, and not what this hub has read of it: a client that comes from another streamer may be ahead
 * of this one. As Raft's ReadIndex does (Ongaro's thesis, section 6.4), each waits until the hub has read as far as the journal was written
 * when it came. Confined to the hub's thread except where a method says otherwise.
 */
final class ReadBarrier {
    /** How long somebody waits at most, in nanoseconds. */
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

    private final Queue<CompletableFuture<Void>> newcomers = new ConcurrentLinkedQueue<>();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private final Journal<Frame> responses;
    private final Runnable readRequests;
    private final Clock clock;
    private final LongConsumer wakeAfterNs;

    /** Since {@code end} only grows, those that came first are first. */
    private record Waiter(CompletableFuture<Void> done, long end, long untilNs) {
    }

    /**
     * Nobody yet.
     *
     * @param readRequests reads the request journal to its end
     * @param wakeAfterNs wakes the hub's thread after so many nanoseconds
     */
    ReadBarrier(Journal<Frame> responses, Runnable readRequests, Clock clock, LongConsumer wakeAfterNs) {
        this.responses = responses;
        this.readRequests = readRequests;
        this.clock = clock;
        this.wakeAfterNs = wakeAfterNs;
    }

    /** Completes when all is read that is in the journals at this call, or could not be in two seconds; on the hub's thread. Any thread. */
    CompletableFuture<Void> await() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        newcomers.add(done);
        wakeAfterNs.accept(0);
        return done;
    }

    /**
     * Lets those go on who have waited.
     *
     * @param position up to which the response journal has been read
     * @return how many went on
     */
    int poll(long position) {
        if (!newcomers.isEmpty()) {
            admit();
        }
        int work = 0;
        for (Waiter first = waiting.peek(); first != null && (first.end <= position || clock.nanoTime() - first.untilNs >= 0); first = waiting.peek()) {
            waiting.remove().done.complete(null);
            work++;
        }
        return work;
    }

    /** Nothing more is read: whoever waits goes on with what is known. */
    void close() {
        newcomers.forEach(done -> done.complete(null));
        waiting.forEach(waiter -> waiter.done.complete(null));
    }

    private void admit() {
        // In this order: they came before either end was looked for.
        Deque<CompletableFuture<Void>> come = new ArrayDeque<>();
        for (CompletableFuture<Void> done = newcomers.poll(); done != null; done = newcomers.poll()) {
            come.add(done);
        }
        readRequests.run();
        long end = responses.end();
        long untilNs = clock.nanoTime() + PATIENCE_NS;
        come.forEach(done -> waiting.add(new Waiter(done, end, untilNs)));
        wakeAfterNs.accept(PATIENCE_NS);
    }
}
