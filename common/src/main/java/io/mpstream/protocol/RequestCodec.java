package io.mpstream.protocol;

import io.mpstream.journal.Codec;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Requests as bytes, big-endian: version and type (1 each), stream (16), then
 * <ul>
 * <li>2, 1 query: accepted at (8), text, user, terms, attributes
 * <li>2, 2 cancel: reason
 * <li>2, 3 credit: offset (8)
 * <li>2, 4 watched: streamer (8)
 * <li>1, 1 to 5: the same of an earlier version, see {@link FirstRequests}; read, not written
 * </ul>
 * A string is its length in bytes (4) and its UTF-8, with a length of -1 for none. Attributes are their number (4), and that many names and
 * values. Terms are key, account, feed, responder, each a string or none, and how long the answer goes on without readers in
 * milliseconds (8), -1 if that was not said.
 */
public final class RequestCodec implements Codec<Request> {
    static final int HEAD = RecordHead.SIZE + 2 * Long.BYTES;

    private static final int QUERY = RecordHead.SECOND + 1;
    private static final int CANCEL = RecordHead.SECOND + 2;
    private static final int CREDIT = RecordHead.SECOND + 3;
    private static final int WATCHED = RecordHead.SECOND + 4;

    private static final long NOT_SAID = -1;

    /** A codec without state. */
    public RequestCodec() {
    }

    @Override
    public int sizeMax(Request request) {
        return HEAD + switch (request) {
            case Query query -> sizeMaxOf(query);
            case Cancel cancel -> RecordHead.sizeMax(cancel.reason());
            case Credit _, Watched _ -> Long.BYTES;
        };
    }

    /** Of a query without its head and stream. */
    static int sizeMaxOf(Query query) {
        QueryTerms terms = query.terms();
        return 2 * Long.BYTES + query.bytes() + RecordHead.sizeMaxOrNull(terms.key()) + RecordHead.sizeMaxOrNull(terms.account())
                + RecordHead.sizeMaxOrNull(terms.feed()) + RecordHead.sizeMaxOrNull(terms.responder());
    }

    @Override
    public void encode(Request request, ByteBuffer out) {
        switch (request) {
            case Query query -> put(head(out, QUERY, query), query);
            case Cancel cancel -> RecordHead.put(head(out, CANCEL, cancel), cancel.reason());
            case Credit credit -> head(out, CREDIT, credit).putLong(credit.offset());
            case Watched watched -> head(out, WATCHED, watched).putLong(watched.streamer());
        }
    }

    private static ByteBuffer head(ByteBuffer out, int kind, Request request) {
        RecordHead.put(out, kind);
        RecordHead.put(out, request.stream());
        return out;
    }

    /** Writes a query without its head and stream. */
    static void put(ByteBuffer out, Query query) {
        out.putLong(query.acceptedAtMs());
        RecordHead.put(out, query.text());
        RecordHead.put(out, query.user());
        QueryTerms terms = query.terms();
        RecordHead.putOrNull(out, terms.key());
        RecordHead.putOrNull(out, terms.account());
        RecordHead.putOrNull(out, terms.feed());
        RecordHead.putOrNull(out, terms.responder());
        out.putLong(terms.onDisconnect() == null ? NOT_SAID : terms.onDisconnect().toMillis());
        RecordHead.put(out, query.attributes());
    }

    @Override
    public Request decode(ByteBuffer in) {
        return RecordHead.read(in, kind -> switch (kind) {
            case QUERY -> query(in);
            case CANCEL -> new Cancel(RecordHead.stream(in), RecordHead.string(in));
            case CREDIT -> new Credit(RecordHead.stream(in), in.getLong());
            case WATCHED -> new Watched(RecordHead.stream(in), in.getLong());
            default -> FirstRequests.read(kind, in);
        });
    }

    /** Reads stream and query. */
    static Query query(ByteBuffer in) {
        StreamId stream = RecordHead.stream(in);
        long acceptedAtMs = in.getLong();
        String text = RecordHead.string(in);
        String user = RecordHead.string(in);
        QueryTerms terms = terms(in);
        return new Query(stream, text, user, terms, RecordHead.strings(in), acceptedAtMs);
    }

    private static QueryTerms terms(ByteBuffer in) {
        String key = RecordHead.stringOrNull(in);
        String account = RecordHead.stringOrNull(in);
        String feed = RecordHead.stringOrNull(in);
        String responder = RecordHead.stringOrNull(in);
        long onDisconnectMs = in.getLong();
        return new QueryTerms(key, onDisconnectMs < 0 ? null : Duration.ofMillis(onDisconnectMs), account, feed, responder);
    }
}
