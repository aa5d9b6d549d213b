package io.mpstream.protocol;

/**
 * A responder has begun to answer.
 *
 * @param stream   the stream that begins
 * @param producer which run of the producer answers; another number after each start
 * @param atMs     wall-clock milliseconds; for people and logs
 */
public record Started(StreamId stream, long producer, long atMs) implements Frame {
}
