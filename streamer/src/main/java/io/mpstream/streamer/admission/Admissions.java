package io.mpstream.streamer.admission;

import io.mpstream.protocol.Query;
import io.mpstream.streamer.limits.Accounts;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.limits.Refusals;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.stream.Asked;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.StreamDirectory;
import io.mpstream.trace.QuerySpan;
import io.mpstream.trace.Tracer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Takes queries, as many as may wait or run at once, and makes the stream of each. Any thread. */
public final class Admissions {
    /** Why nothing is taken while the disk is short. */
    public static final String SHORT = "the disk of the journals is nearly full";

    /** Old answers leave by files, and a file has five minutes of them. */
    private static final int DISK_RETRY_S = 30;

    private final StreamDirectory directory;
    private final RequestAppender requests;
    private final WaitQueue queue;
    private final Accounts accounts;
    private final Refusals refusals;
    private final boolean countsUsers;
    private final int queriesMax;
    private final long queriesBytesMax;
    private final DisconnectPolicy onDisconnect;
    private final Runnable wakeHub;
    private final Tracer tracer;

    private final AtomicLong serials = new AtomicLong();
    /** Streams without an end. */
    private final AtomicInteger open = new AtomicInteger();
    /** Of the queries that come in, and of those without an end: the producer has these in memory. */
    private final AtomicLong bytes = new AtomicLong();

    /**
     * None taken yet.
     *
     * @param refusals     counts those that are refused
     * @param onDisconnect for queries that do not say
     * @param wakeHub      wakes the hub's thread
     * @param tracer       of the queries that are taken
     */
    public Admissions(StreamDirectory directory, RequestAppender requests, WaitQueue queue, Accounts accounts, Limits limits, Refusals refusals,
            DisconnectPolicy onDisconnect, Runnable wakeHub, Tracer tracer) {
        this.directory = directory;
        this.requests = requests;
        this.queue = queue;
        this.accounts = accounts;
        this.refusals = refusals;
        this.queriesMax = limits.queriesMax();
        this.queriesBytesMax = limits.queriesBytesMax();
        this.countsUsers = limits.countsUsers();
        this.onDisconnect = onDisconnect;
        this.wakeHub = wakeHub;
        this.tracer = tracer;
    }

    /**
     * Takes a query, and sends it to the journal.
     *
     * @param soon runs what writes it, on this thread or another
     * @return its stream, or that of the query that was asked before under its key
     * @throws RefusedException if none is taken now, the key was used for another query, or its account has too many
     */
    public LiveStream admit(Query query, Executor soon) {
        try {
            return take(query, soon);
        } catch (RefusedException e) {
            throw refusals.count(e);
        }
    }

    private LiveStream take(Query asked, Executor soon) {
        QuerySpan span = tracer.begin(asked);
        Query query = span.in(asked);
        LiveStream stream = stream(query, span);
        LiveStream known = directory.known(stream);
        if (known != null) {
            known.asked().requireSame(stream.asked());
            return known;
        }
        // A feed is the server's own.
        if (requests.room().isShort()) {
            throw RefusedException.forNow(RefusedException.Reason.OVERLOADED, SHORT, DISK_RETRY_S);
        }
        if (open.incrementAndGet() > queriesMax && stream.feed() == null) {
            open.decrementAndGet();
            throw RefusedException.forNow(RefusedException.Reason.OVERLOADED, "too many queries are waiting", queue.retryAfterS());
        }
        bytes.addAndGet(stream.asked().queryBytes());
        try {
            requireBytes(stream);
            stream.account(accounts.admit(account(stream)));
        } catch (RefusedException e) {
            uncount(stream);
            throw e;
        }
        known = directory.add(stream);
        if (known != null) {
            // Somebody else has asked under this key just now.
            ended(stream);
            known.asked().requireSame(stream.asked());
            return known;
        }
        span.event(QuerySpan.QUEUED, System.currentTimeMillis());
        requests.storeSoon(query).whenComplete((position, failure) -> settle(stream, position));
        soon.execute(requests);
        return stream;
    }

    private void requireBytes(LiveStream stream) {
        if (bytes.get() > queriesBytesMax && stream.feed() == null) {
            throw tooManyBytes();
        }
    }

    private RefusedException tooManyBytes() {
        return RefusedException.forNow(RefusedException.Reason.OVERLOADED, "the queries that are waiting have too many bytes", queue.retryAfterS());
    }

    /**
     * Counts a query that comes in, until {@link #come}.
     *
     * @throws RefusedException if with these bytes the queries have too many
     */
    public void expect(long bytes) {
        if (this.bytes.addAndGet(bytes) > queriesBytesMax) {
            come(bytes);
            throw refusals.count(tooManyBytes());
        }
    }

    /** A query that was expected is here, or will not come. */
    public void come(long bytes) {
        this.bytes.addAndGet(-bytes);
    }

    /** Streams without an end. */
    public int open() {
        return open.get();
    }

    private void uncount(LiveStream stream) {
        open.decrementAndGet();
        bytes.addAndGet(-stream.asked().queryBytes());
    }

    /** What a stream counts for, or null. */
    private String account(LiveStream stream) {
        String named = stream.terms().account();
        return named != null || !countsUsers || stream.user().isEmpty() ? named : stream.user();
    }

    private LiveStream stream(Query query, QuerySpan span) {
        return new LiveStream(Asked.of(query, query.terms().withDefault(onDisconnect.cancelAfter()), serials.incrementAndGet()), span);
    }

    /** The stream of a query that was taken earlier, or by somebody else. */
    public LiveStream restore(Query query) {
        LiveStream stream = stream(query, QuerySpan.NONE);
        stream.accepted();
        stream.account(accounts.restore(account(stream)));
        open.incrementAndGet();
        bytes.addAndGet(stream.asked().queryBytes());
        directory.put(stream);
        return stream;
    }

    /** A stream has ended, or never begins. */
    public void ended(LiveStream stream) {
        uncount(stream);
        stream.release();
    }

    /** The stream will never have an end. */
    public void forget(LiveStream stream) {
        if (directory.remove(stream)) {
            ended(stream);
        }
    }

    /** A query is in the journal, at this position or after it, or could not be put there: then that is null. On the thread that writes it. */
    private void settle(LiveStream stream, Long position) {
        if (position != null) {
            stream.queryPosition(position);
            queue.accepted(stream);
            stream.accepted();
        } else {
            forget(stream);
            stream.refused();
        }
        if (stream.feed() != null) {
            // The hub goes on with its own.
            wakeHub.run();
        }
    }
}
