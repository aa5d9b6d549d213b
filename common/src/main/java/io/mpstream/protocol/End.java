package io.mpstream.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * The last frame of a stream. There is exactly one, and nothing of the stream follows it.
 *
 * @param stream  the stream that ends
 * @param offset  the length of the whole text in UTF-8 bytes
 * @param outcome how it ended
 * @param detail  one line for the client when it did not complete, else an empty string
 * @param sha256  SHA-256 of the whole text, 32 bytes; not copied
 * @param atMs    wall-clock milliseconds; for people and logs
 * @param notes   what the responder says of its answer
 */
public record End(StreamId stream, long offset, Outcome outcome, String detail, byte[] sha256, long atMs, Notes notes)
        implements Frame {
    /** Length of {@link #sha256()} in bytes. */
    public static final int SHA256_LENGTH = 32;

    /** Checks the digest's length, and that the detail is well-formed. */
    public End {
        Unicode.requireWellFormed("the detail", detail);
        if (sha256.length != SHA256_LENGTH) {
            throw new IllegalArgumentException("a SHA-256 digest has " + SHA256_LENGTH + " bytes, not " + sha256.length);
        }
    }

    // A record compares arrays by identity; two ends are equal when their digests are.

    @Override
    public boolean equals(Object other) {
        return other instanceof End end && stream.equals(end.stream) && offset == end.offset
                && outcome == end.outcome && detail.equals(end.detail) && Arrays.equals(sha256, end.sha256)
                && atMs == end.atMs && notes.equals(end.notes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(stream, offset, outcome, detail, Arrays.hashCode(sha256), atMs, notes);
    }
}
