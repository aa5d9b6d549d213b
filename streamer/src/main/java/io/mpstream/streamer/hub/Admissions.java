package io.mpstream.streamer.hub;

import io.mpstream.protocol.Query;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Takes queries, as many as may wait or run at once, and makes the stream of each. Any thread. */
final class Admissions {
    /** Why nothing is taken while the disk is short. */
    static final String SHORT = "the disk of the journals is nearly full";

    /** Old answers leave by files, and a file has five minutes of them. */
    private static final int DISK_RETRY_S = 30;

    private final StreamDirectory directory;
    private final RequestAppender requests;
    private final WaitingLine line;
    private final Accounts accounts;
    private final boolean countsUsers;
    private final int queriesMax;
    private final DisconnectPolicy onDisconnect;

    private final AtomicLong serials = new AtomicLong();
    /** Streams without an end. */
    private final AtomicInteger open = new AtomicInteger();
    private volatile Runnable wake = () -> { };

    /**
     * None taken yet.
     *
     * @param onDisconnect for queries that do not say
     */
    Admissions(StreamDirectory directory, RequestAppender requests, WaitingLine line, Accounts accounts, Limits limits,
            DisconnectPolicy onDisconnect) {
        this.directory = directory;
        this.requests = requests;
        this.line = line;
        this.accounts = accounts;
        this.queriesMax = limits.queriesMax();
        this.countsUsers = limits.countsUsers();
        this.onDisconnect = onDisconnect;
    }

    /** Who wakes the hub's thread. */
    void connect(Runnable wake) {
        this.wake = wake;
    }

    /**
     * Takes a query, and sends it to the journal.
     *
     * @return its stream, or that of the query that was asked before under its key
     * @throws TurnedAwayException if none is taken now
     * @throws KeyReusedException if the key was used for another query
     * @throws TooManyException   if its account has too many
     */
    LiveStream admit(Query query) {
        LiveStream stream = stream(query);
        LiveStream known = directory.known(stream);
        if (known != null) {
            return known.requireSame(stream);
        }
        // A feed is the server's own.
        if (requests.room().isShort()) {
            throw new TurnedAwayException(SHORT, DISK_RETRY_S);
        }
        if (open.incrementAndGet() > queriesMax && stream.feed() == null) {
            open.decrementAndGet();
            throw new TurnedAwayException("too many queries are waiting", line.retryAfterS());
        }
        try {
            stream.account(accounts.admit(account(stream)));
        } catch (TooManyException e) {
            open.decrementAndGet();
            throw e;
        }
        known = directory.add(stream);
        if (known != null) {
            // Somebody else has asked under this key just now.
            ended(stream);
            return known.requireSame(stream);
        }
        requests.append(query, new Admission(stream));
        return stream;
    }

    /** What a stream counts for, or null. */
    private String account(LiveStream stream) {
        String named = stream.terms().account();
        return named != null || !countsUsers || stream.user().isEmpty() ? named : stream.user();
    }

    private LiveStream stream(Query query) {
        return new LiveStream(query, Terms.of(query.attributes(), onDisconnect), serials.incrementAndGet());
    }

    /** The stream of a query that was taken earlier, or by somebody else. */
    LiveStream recall(Query query) {
        LiveStream stream = stream(query);
        stream.accepted();
        stream.account(accounts.recall(account(stream)));
        open.incrementAndGet();
        directory.put(stream);
        return stream;
    }

    /** A stream has ended, or never begins. */
    void ended(LiveStream stream) {
        open.decrementAndGet();
        stream.settle();
    }

    /** The stream will never have an end. */
    void forget(LiveStream stream) {
        if (directory.remove(stream)) {
            ended(stream);
        }
    }

    /** What becomes of a query that is on its way to the journal. */
    private final class Admission implements Receipt {
        private final LiveStream stream;

        Admission(LiveStream stream) {
            this.stream = stream;
        }

        @Override
        public void accepted() {
            line.accepted(stream);
            stream.accepted();
            wakeForFeed();
        }

        @Override
        public void refused() {
            forget(stream);
            stream.refused();
            wakeForFeed();
        }

        /** The hub goes on with its own. */
        private void wakeForFeed() {
            if (stream.feed() != null) {
                wake.run();
            }
        }
    }
}
