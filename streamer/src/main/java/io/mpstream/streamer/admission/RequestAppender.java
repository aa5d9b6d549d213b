package io.mpstream.streamer.admission;

import io.mpstream.agent.Agent;
import io.mpstream.agent.Parking;
import io.mpstream.agent.Rest;
import io.mpstream.journal.Appender;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.Request;
import io.mpstream.streamer.stream.LiveStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one hand that writes the request journal: of its own thread, or of one that has something to write and finds it free. A query's response
 * begins when the query is in the journal, not before: what a client was told is accepted survives a kill.
 */
public final class RequestAppender implements Agent, Runnable {
    /** The reason of a cancel that deletes its stream. */
    public static final String DELETED = "a client deleted it";

    private static final Logger LOG = LoggerFactory.getLogger(RequestAppender.class);

    /** One for all: nobody looks at where it was made. */
    private static final IOException NOT_STORED = new IOException("the request journal cannot be written");

    private final Appender<Request> requests;
    private final Room room;
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    /** Whoever holds it writes. */
    private final ReentrantLock hand = new ReentrantLock();
    private final List<Pending> batch = new ArrayList<>();
    private boolean isClosed;
    private final Rest rest = new Parking();

    /** A request, and what is told when it is in the journal; null if nobody waits. */
    private record Pending(Request request, CompletableFuture<Long> stored) {
    }

    /**
     * The agent of this journal's appender.
     *
     * @param room of the journals' disk
     */
    public RequestAppender(Appender<Request> requests, Room room) {
        this.requests = requests;
        this.room = room;
    }

    /** How much room the disk of the journals has. */
    public Room room() {
        return room;
    }

    /** Has its own thread write. */
    public Executor elsewhere() {
        return appender -> rest.wake();
    }

    /** How its thread rests. */
    public Rest rest() {
        return rest;
    }

    /**
     * Asks for the cancel of an answer, once: what could not be stored may be asked for again. Any thread.
     *
     * @return as {@link #store}; completed already where there is nothing to cancel any more
     */
    public CompletableFuture<Long> cancel(LiveStream stream, String reason) {
        if (stream.end() != null || !stream.askCancel()) {
            return CompletableFuture.completedFuture(null);
        }
        return store(new Cancel(stream.id(), reason)).whenComplete((position, failure) -> {
            if (failure != null) {
                stream.cancelRefused();
            }
        });
    }

    /**
     * Puts it into the journal that a stream was deleted; an answer that runs ends with that. Any thread.
     *
     * @return as {@link #store}
     */
    public CompletableFuture<Long> delete(LiveStream stream) {
        return store(new Cancel(stream.id(), DELETED));
    }

    /** Appends a request that nobody waits for. Any thread. */
    public void append(Request request) {
        pending.add(new Pending(request, null));
        rest.wake();
    }

    /**
     * Appends a request. Any thread.
     *
     * @return completes on the thread that writes it when the request is in the journal, so that it survives the death of any process, with a
     *         position at or a little before its own; exceptionally if it could not be put there
     */
    public CompletableFuture<Long> store(Request request) {
        CompletableFuture<Long> stored = storeSoon(request);
        rest.wake();
        return stored;
    }

    /**
     * Appends a request when {@link #run} is called next, which the caller is about to see to. Any thread.
     *
     * @return as {@link #store}
     */
    CompletableFuture<Long> storeSoon(Request request) {
        CompletableFuture<Long> stored = new CompletableFuture<>();
        pending.add(new Pending(request, stored));
        return stored;
    }

    /** Appends all there is, unless another thread is at it: then the appender's own does it. Any thread. */
    @Override
    public void run() {
        if (hand.tryLock()) {
            try {
                appendAll();
            } finally {
                hand.unlock();
            }
        } else {
            rest.wake();
        }
    }

    @Override
    public String role() {
        return "request-appender";
    }

    @Override
    public int doWork() {
        hand.lock();
        try {
            return appendAll();
        } finally {
            hand.unlock();
        }
    }

    private int appendAll() {
        if (isClosed) {
            return 0;
        }
        for (Pending next = pending.poll(); next != null; next = pending.poll()) {
            batch.add(next);
        }
        if (batch.isEmpty()) {
            return 0;
        }
        long before = requests.commit();
        boolean isWritten = !room.isOut() && write();
        for (Pending each : batch) {
            if (each.stored != null) {
                tell(each.stored, isWritten, before);
            }
        }
        int work = batch.size();
        batch.clear();
        return work;
    }

    private boolean write() {
        try {
            for (Pending each : batch) {
                requests.append(each.request);
            }
            requests.commit();
            return true;
        } catch (RuntimeException e) {
            LOG.error("the request journal cannot be written; {} requests are refused", batch.size(), e);
            return false;
        }
    }

    private static void tell(CompletableFuture<Long> stored, boolean isWritten, long before) {
        if (isWritten) {
            stored.complete(before);
        } else {
            stored.completeExceptionally(NOT_STORED);
        }
    }

    @Override
    public void onClose() {
        doWork();
        hand.lock();
        try {
            isClosed = true;
            requests.close();
        } finally {
            hand.unlock();
        }
    }
}
