package io.mpstream.streamer.limits;

import io.mpstream.process.Descriptors;
import io.mpstream.protocol.Query;
import io.mpstream.settings.Bound;
import io.mpstream.settings.Settings;
import java.time.Duration;

/**
 * Every bound of the streamer, together. Each has its answer.
 *
 * @param queriesMax       queries without an end at once; beyond it 503
 * @param queriesBytesMax  bytes of queries that come in, and without an end, at once; beyond it 503
 * @param queryBytesMax    UTF-8 bytes of a query in a request target; beyond it 414
 * @param uriBytesMax      bytes of a request target as it was sent; beyond it 414
 * @param headerBytesMax   bytes of all header fields; beyond it 431
 * @param headBytesMax     bytes of a whole request head that are read at all; beyond it 400 and the connection is closed
 * @param userBytesMax     UTF-8 bytes of a user's name; beyond it 400
 * @param connectionsMax   open connections; further ones are accepted when others have gone
 * @param bodyBytesMax     bytes of a posted query's body, and of a message on a WebSocket; beyond it 413
 * @param keyBytesMax      bytes of an idempotency key; beyond it 400
 * @param streamsMax       ended streams that can be followed; beyond it the oldest are unknown, 410
 * @param memoryBytes      text in memory; beyond it text is read from the journal when it is wanted
 * @param aheadBytes       how far an answer may run ahead of its furthest reader; beyond it the responder waits
 * @param countsUsers      whether users are who they say, so that each has an account
 * @param accountStreamsMax queries without an end, and sessions, of an account at once; beyond it 429; 0 for no bound
 * @param accountAsksMax   queries of an account in a minute; beyond it 429; 0 for no bound
 * @param accountBytesMax  text of an account's answers that can be followed; beyond it 429; 0 for no bound
 * @param retain           how long ended answers stay in the journals; then they are unknown, 410
 * @param producerGraceNs how long a session waits for a producer that is away; then it ends, and can be gone on with
 * @param headTimeoutMs    for a whole request head to arrive; beyond it the connection is closed
 * @param idleTimeoutMs    for the next request on a connection that is kept alive; beyond it it is closed
 */
public record Limits(int queriesMax, long queriesBytesMax, int queryBytesMax, int uriBytesMax, int headerBytesMax, int headBytesMax,
        int userBytesMax, int connectionsMax, int bodyBytesMax, int keyBytesMax, int streamsMax, long memoryBytes,
        long aheadBytes, boolean countsUsers, int accountStreamsMax, int accountAsksMax, long accountBytesMax, Duration retain, long producerGraceNs, int headTimeoutMs, int idleTimeoutMs) {
    /** Bytes of the body of a request that asks nothing. */
    public static final int FORM_BYTES_MAX = 96 * 1024;

    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int USER_BYTES_MAX = 256;
    private static final int KEY_BYTES_MAX = 256;
    /** A byte of a query becomes three in a request target: {@code %E9}. */
    private static final int URI_BYTES_PER_QUERY_BYTE = 3;
    private static final int URI_BYTES_FOR_OPTIONS = 2 * 1024;

    /** The limits that these settings ask for, and this process allows. */
    public static Limits of(Settings settings) {
        int queryBytesMax = Math.toIntExact(settings.queryBytesMax());
        int uriBytesMax = URI_BYTES_PER_QUERY_BYTE * queryBytesMax + URI_BYTES_FOR_OPTIONS;
        return new Limits(settings.queriesMax(), settings.queriesBytesMax(), queryBytesMax, uriBytesMax, HEADER_BYTES_MAX,
                2 * (uriBytesMax + HEADER_BYTES_MAX), USER_BYTES_MAX, Descriptors.connections(settings.connectionsMax()), Query.BYTES_MAX, KEY_BYTES_MAX,
                settings.streamsMax(), settings.memoryBytes(), settings.aheadBytes(),
                settings.isRequired(), settings.userStreamsMax(), settings.userAsksMax(), settings.userBytesMax(), settings.retain(), settings.producerGrace().toNanos(),
                Math.toIntExact(Bound.HEAD.time().toMillis()), Math.toIntExact(Bound.IDLE.time().toMillis()));
    }
}
