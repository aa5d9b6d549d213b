package io.mpstream.protocol;

/**
 * A sign of life of the producer, written again and again, so that a reader can tell a silent responder from a dead
 * producer. It also tells how far the producer has come, for a reader that finds a query and no frames for it: with its entry at or
 * before {@code settled} the query was answered, and its frames have left the journal; with its entry after that it waits, unless a later
 * lease says otherwise.
 *
 * <p>What is settled stays settled: of several leases the largest position holds, whichever run wrote it, since a new run may begin further
 * back than the last one had come. An answer that runs for long counts as settled when there is a {@link Running} of it before the lease.
 * Frames may leave the journal before a lease tells that they are settled: a few seconds pass, or all the time for which a producer that was
 * killed in between stays away.
 *
 * @param producer   which run of the producer lives; another number after each start
 * @param atMs       wall-clock milliseconds when it was written
 * @param forMs      how long it holds, in milliseconds
 * @param settled    position in the request journal: each query of the entries up to this one, with it, has its end, or a {@link Running},
 *                   in the response journal before this lease. {@link io.mpstream.journal.Journal#START} if none, or if the producer did
 *                   not tell
 * @param freePlaces answers that it could start now, beside those that run
 * @param isClosing  whether it lets what it has go on and wants nothing new
 * @param state      what the producer is at
 * @param trouble    what it has trouble with, in one line for people, at most {@value #TROUBLE_LENGTH_MAX} units of UTF-16; empty if nothing
 */
public record Lease(long producer, long atMs, long forMs, long settled, int freePlaces, boolean isClosing, State state, String trouble)
        implements Frame {
    /** What a trouble is cut to by whoever tells it. */
    public static final int TROUBLE_LENGTH_MAX = 500;

    /** What a producer is at. */
    public enum State {
        /** The responder is being loaded: queries wait, and nothing else is amiss. It has settled nothing that it could tell of. */
        LOADING,
        /** Queries are answered, with or without trouble. */
        SERVING,
        /** Answers that it has started do not run: the trouble says why. It goes on taking queries. */
        STALLED,
        /** It has stopped, or does not start: no other lease of this run follows, and this one holds for 0 ms. */
        GONE
    }

    /** Checks that the trouble is well-formed. */
    public Lease {
        Unicode.requireWellFormed("the trouble", trouble);
    }
}
