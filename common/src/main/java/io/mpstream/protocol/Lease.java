package io.mpstream.protocol;

/**
 * A sign of life of the producer, written again and again, so that a reader can tell a silent responder from a dead
 * producer. It also tells how far the producer has come, for a reader that finds a query and no frames for it: with its entry at or
 * before {@code settled} the query was answered, and its frames have left the journal; with its entry after that it waits, unless a later
 * lease says otherwise.
 *
 * <p>What is settled stays settled: of several leases the largest position holds, whichever run wrote it, since a new run may begin further
 * back than the last one had come. Two things are to be kept in mind. An answer that is carried by name counts as settled while it
 * runs, and may have no frame left if it has been silent for long. And frames may leave the journal before a lease tells that they are
 * settled: a few seconds pass, or all the time for which a producer that was killed in between stays away.
 *
 * @param producer which run of the producer lives; another number after each start
 * @param atMs     wall-clock milliseconds when it was written
 * @param forMs    how long it holds, in milliseconds
 * @param settled  position in the request journal: each query of the entries up to this one, with it, has its end in the response journal
 *                 before this lease, or is answered for so long that the producer carries it by name.
 *                 {@link io.mpstream.journal.Journal#START} if none, or if the producer did not tell
 */
public record Lease(long producer, long atMs, long forMs, long settled) implements Frame {
}
