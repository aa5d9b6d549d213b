package io.mpstream.protocol;

/**
 * Nobody wants the rest of this answer.
 *
 * @param stream the stream to end
 * @param reason for the log and the {@link End#detail()}
 */
public record Cancel(StreamId stream, String reason) implements Request {
    /** Checks that the reason is well-formed. */
    public Cancel {
        Unicode.requireWellFormed("the reason", reason);
    }
}
