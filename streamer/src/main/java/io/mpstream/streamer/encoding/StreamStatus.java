package io.mpstream.streamer.encoding;

import io.mpstream.protocol.StreamId;

/**
 * The status of a stream, for clients to know.
 *
 * @param stream     its name
 * @param state      {@code queued}, {@code started}, {@code completed}, {@code failed} or {@code cancelled}
 * @param offset     bytes of its text so far
 * @param place      its place among the queries that wait, from 1; 0 when it does not wait or that is not known yet
 * @param estimateMs milliseconds until it is likely to start, or {@link #UNKNOWN}
 * @param hasText    whether any text has come
 * @param silentMs   milliseconds since it was last heard of
 */
public record StreamStatus(StreamId stream, String state, long offset, int place, long estimateMs, boolean hasText, long silentMs) {
    /** No estimate: no answer has been measured yet. */
    public static final long UNKNOWN = -1;

    /** The state of a stream whose query waits. */
    public static final String QUEUED = "queued";
    /** The state of a stream that is being answered. */
    public static final String STARTED = "started";
}
