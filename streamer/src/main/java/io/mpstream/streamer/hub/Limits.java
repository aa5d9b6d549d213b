package io.mpstream.streamer.hub;

import io.mpstream.config.Settings;

/**
 * Every bound of the streamer, together. Each has its answer.
 *
 * @param queriesMax       queries without an end at once; beyond it 503
 * @param queryBytesMax    UTF-8 bytes of a query; beyond it 414
 * @param uriBytesMax      bytes of a request target as it was sent; beyond it 414
 * @param headerBytesMax   bytes of all header fields; beyond it 431
 * @param headBytesMax     bytes of a whole request head that are read at all; beyond it 400 and the connection is closed
 * @param userBytesMax     UTF-8 bytes of a user's name; beyond it 400
 * @param connectionsMax   open connections; further ones are accepted when others have gone
 * @param memoryBytes      text held for slow readers; beyond it the slowest are cut off
 * @param aheadBytes       how far an answer may run ahead of its furthest reader; beyond it the responder waits
 * @param headTimeoutMs    for a whole request head to arrive; beyond it the connection is closed
 * @param idleTimeoutMs    for the next request on a connection that is kept alive; beyond it it is closed
 */
public record Limits(int queriesMax, int queryBytesMax, int uriBytesMax, int headerBytesMax, int headBytesMax,
        int userBytesMax, int connectionsMax, long memoryBytes, long aheadBytes, int headTimeoutMs, int idleTimeoutMs) {
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int USER_BYTES_MAX = 256;
    private static final int HEAD_TIMEOUT_MS = 10_000;
    private static final int IDLE_TIMEOUT_MS = 60_000;
    /** A byte of a query becomes three in a request target: {@code %E9}. */
    private static final int URI_BYTES_PER_QUERY_BYTE = 3;
    private static final int URI_BYTES_FOR_OPTIONS = 2 * 1024;

    /** The limits that these settings ask for. */
    public static Limits of(Settings settings) {
        int uriBytesMax = URI_BYTES_PER_QUERY_BYTE * settings.queryBytesMax() + URI_BYTES_FOR_OPTIONS;
        return new Limits(settings.queriesMax(), settings.queryBytesMax(), uriBytesMax, HEADER_BYTES_MAX,
                2 * (uriBytesMax + HEADER_BYTES_MAX), USER_BYTES_MAX, settings.connectionsMax(), settings.memoryBytes(),
                settings.aheadBytes(), HEAD_TIMEOUT_MS, IDLE_TIMEOUT_MS);
    }
}
