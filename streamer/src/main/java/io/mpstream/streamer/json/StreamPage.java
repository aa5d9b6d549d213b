package io.mpstream.streamer.json;

import java.time.Instant;
import java.util.List;

/**
 * A page of the list of streams.
 *
 * @param next the stream to name in {@code before} for the next page, or null if this is the last
 */
public record StreamPage(List<Entry> streams, String next) {
    /**
     * A stream in the list.
     *
     * @param query     the beginning of what was asked
     * @param offset    bytes of its text so far
     * @param startedAt or null if it has not
     * @param endedAt   or null if it has not
     */
    public record Entry(String id, String query, String user, String state, long offset, Instant acceptedAt, Instant startedAt, Instant endedAt) {
    }
}
