package io.mpstream.protocol;

import io.mpstream.journal.Codec;
import io.mpstream.journal.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Requests as bytes, big-endian: version, type, stream (16), then
 * <ul>
 * <li>1 query: accepted at (8), text, user, number of attributes (4), that many names and values
 * <li>2 cancel: reason
 * <li>3 credit: offset (8)
 * <li>4 reminder: as a query
 * <li>5 watched: streamer (8)
 * </ul>
 * A string is its length in bytes (4) and its UTF-8.
 */
public final class RequestCodec implements Codec<Request> {
    private static final byte QUERY = 1;
    private static final byte CANCEL = 2;
    private static final byte CREDIT = 3;
    private static final byte REMINDER = 4;
    private static final byte WATCHED = 5;

    private static final int HEAD = RecordHead.SIZE + 2 * Long.BYTES;

    /** A codec without state. */
    public RequestCodec() {
    }

    @Override
    public int sizeMax(Request request) {
        return HEAD + switch (request) {
            case Query query -> sizeMaxOf(query);
            case Reminder reminder -> sizeMaxOf(reminder.query());
            case Cancel cancel -> RecordHead.sizeMax(cancel.reason());
            case Credit _, Watched _ -> Long.BYTES;
        };
    }

    private static int sizeMaxOf(Query query) {
        return Long.BYTES + RecordHead.sizeMax(query.text()) + RecordHead.sizeMax(query.user())
                + Integer.BYTES + query.attributes().entrySet().stream()
                .mapToInt(e -> RecordHead.sizeMax(e.getKey()) + RecordHead.sizeMax(e.getValue())).sum();
    }

    @Override
    public void encode(Request request, ByteBuffer out) {
        switch (request) {
            case Query query -> put(head(out, QUERY, query), query);
            case Reminder reminder -> put(head(out, REMINDER, reminder), reminder.query());
            case Cancel cancel -> RecordHead.put(head(out, CANCEL, cancel), cancel.reason());
            case Credit credit -> head(out, CREDIT, credit).putLong(credit.offset());
            case Watched watched -> head(out, WATCHED, watched).putLong(watched.streamer());
        }
    }

    private static void put(ByteBuffer out, Query query) {
        out.putLong(query.acceptedAtMs());
        RecordHead.put(out, query.text());
        RecordHead.put(out, query.user());
        out.putInt(query.attributes().size());
        query.attributes().forEach((name, value) -> {
            RecordHead.put(out, name);
            RecordHead.put(out, value);
        });
    }

    private static ByteBuffer head(ByteBuffer out, byte type, Request request) {
        RecordHead.put(out, type);
        RecordHead.put(out, request.stream());
        return out;
    }

    @Override
    public Request decode(ByteBuffer in) {
        return RecordHead.read(in, type -> switch (type) {
            case QUERY -> query(in);
            case REMINDER -> new Reminder(query(in));
            case CANCEL -> new Cancel(RecordHead.stream(in), RecordHead.string(in));
            case CREDIT -> new Credit(RecordHead.stream(in), in.getLong());
            case WATCHED -> new Watched(RecordHead.stream(in), in.getLong());
            default -> throw new MalformedRecordException("request of type " + type);
        });
    }

    private static Query query(ByteBuffer in) {
        StreamId stream = RecordHead.stream(in);
        long acceptedAtMs = in.getLong();
        String text = RecordHead.string(in);
        String user = RecordHead.string(in);
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / (2 * RecordHead.STRING_HEAD)) {
            throw new MalformedRecordException(count + " attributes with " + in.remaining() + " bytes left");
        }
        Map<String, String> attributes = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            attributes.put(RecordHead.string(in), RecordHead.string(in));
        }
        return new Query(stream, text, user, attributes, acceptedAtMs);
    }
}
