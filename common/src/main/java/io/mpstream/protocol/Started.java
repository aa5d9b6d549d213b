package io.mpstream.protocol;

/**
 * A responder has begun to answer.
 *
 * @param stream   the stream that begins
 * @param producer which run of the producer answers; another number after each start
 * @param query    position of the query's entry in the request journal; {@link io.mpstream.journal.Journal#START} if the producer did not tell
 * @param atMs     wall-clock milliseconds; for people and logs
 */
public record Started(StreamId stream, long producer, long query, long atMs) implements Frame {
}
