package io.mpstream.protocol;

import io.mpstream.journal.MalformedRecordException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/**
 * Requests of the first version, which are read and not written: version and type (1 each), stream (16), then
 * <ul>
 * <li>1 query: accepted at (8), text, user, attributes; terms are attributes whose names begin with {@code mpstream.}
 * <li>2 cancel, 3 credit, 5 watched: as they are now
 * <li>4 reminder: a query that was said again for streamers
 * </ul>
 */
final class FirstRequests {
    private static final int QUERY = RecordHead.FIRST + 1;
    private static final int CANCEL = RecordHead.FIRST + 2;
    private static final int CREDIT = RecordHead.FIRST + 3;
    private static final int REMINDER = RecordHead.FIRST + 4;
    private static final int WATCHED = RecordHead.FIRST + 5;

    private static final String PREFIX = "mpstream.";
    private static final BigDecimal SECOND_MS = BigDecimal.valueOf(1_000);

    private FirstRequests() {
    }

    static Request read(int kind, ByteBuffer in) {
        return switch (kind) {
            case QUERY -> query(in);
            case CANCEL -> new Cancel(RecordHead.stream(in), RecordHead.string(in));
            case CREDIT -> new Credit(RecordHead.stream(in), in.getLong());
            // The response journal says now what runs; a credit for nothing changes nothing.
            case REMINDER -> new Credit(query(in).stream(), 0);
            case WATCHED -> new Watched(RecordHead.stream(in), in.getLong());
            default -> throw RecordHead.unknown(kind);
        };
    }

    private static Query query(ByteBuffer in) {
        StreamId stream = RecordHead.stream(in);
        long acceptedAtMs = in.getLong();
        String text = RecordHead.string(in);
        String user = RecordHead.string(in);
        Map<String, String> attributes = RecordHead.strings(in);
        QueryTerms terms = new QueryTerms(attributes.get(PREFIX + "idempotency-key"), onDisconnect(attributes.get(PREFIX + "on-disconnect")),
                attributes.get(PREFIX + "account"), attributes.get(PREFIX + "feed"), attributes.remove("responder"));
        attributes.keySet().removeIf(name -> name.startsWith(PREFIX));
        return new Query(stream, text, user, terms, attributes, acceptedAtMs);
    }

    /** Of {@code continue}, or of seconds such as {@code 30.000s}. */
    private static Duration onDisconnect(String text) {
        if (text == null || text.equals("continue")) {
            return text == null ? null : QueryTerms.NEVER;
        }
        try {
            return Duration.ofMillis(new BigDecimal(text.substring(0, text.length() - 1)).multiply(SECOND_MS).longValueExact());
        } catch (ArithmeticException | NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new MalformedRecordException("a time of '" + text + "'");
        }
    }
}
