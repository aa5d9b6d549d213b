package io.mpstream.protocol;

/**
 * Nobody wants the rest of this answer.
 *
 * @param stream the stream to end
 * @param reason for the log and the {@link End#detail()}
 */
public record Cancel(StreamId stream, String reason) implements Request {
}
