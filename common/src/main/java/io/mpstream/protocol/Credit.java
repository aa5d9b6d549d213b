package io.mpstream.protocol;

/**
 * How far the furthest reader of a long answer has come. Sent now and then, so that an answer does not run
 * without bound ahead of its readers.
 *
 * @param stream the stream read
 * @param offset bytes of text that the furthest reader has taken
 */
public record Credit(StreamId stream, long offset) implements Request {
}
