package io.mpstream.protocol;

/**
 * A sign of life of the producer, written again and again, so that a reader can tell a silent responder from a dead
 * producer.
 *
 * @param producer which run of the producer lives; another number after each start
 * @param atMs     wall-clock milliseconds when it was written
 * @param forMs    how long it holds, in milliseconds
 */
public record Lease(long producer, long atMs, long forMs) implements Frame {
}
