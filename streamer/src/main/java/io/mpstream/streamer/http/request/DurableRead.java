package io.mpstream.streamer.http.request;

import io.undertow.util.StatusCodes;
import java.util.Set;

/**
 * What a client of Durable Streams wants to read (sections 5.6 to 5.8).
 *
 * @param offset where it begins, or {@link #NOW}
 * @param live   what becomes of the response where the text ends
 * @param cursor the one that the client had last; -1 if it has had none
 */
public record DurableRead(long offset, Live live, long cursor) {
    /** The offset of what comes from now on. */
    public static final long NOW = -1;

    private static final String CURSOR = "cursor";
    private static final Set<String> KNOWN = Set.of(QueryParameters.OFFSET, QueryParameters.LIVE, CURSOR);

    /** What becomes of a response where the text ends. */
    public enum Live {
        /** It ends there. */
        NO,
        /** The same, but it begins when there is anything. */
        LONG_POLL,
        /** It goes on: server-sent events. */
        SSE
    }

    /**
     * Reads a query string; what else stands in it is passed over, as the protocol wants.
     *
     * @throws HttpProblem 400, saying what is wrong
     */
    public static DurableRead parse(String raw) {
        QueryParameters parameters = QueryParameters.parseKnown(raw, KNOWN);
        Live live = live(parameters.named(QueryParameters.LIVE));
        String offset = parameters.named(QueryParameters.OFFSET);
        if (offset == null && live != Live.NO) {
            throw bad("a live read wants an 'offset': -1, now or the last Stream-Next-Offset");
        }
        return new DurableRead(offset(offset), live, cursor(parameters.named(CURSOR)));
    }

    private static Live live(String text) {
        return switch (text) {
            case null -> Live.NO;
            case "long-poll" -> Live.LONG_POLL;
            case "sse" -> Live.SSE;
            default -> throw bad("the option 'live' can only be long-poll, sse");
        };
    }

    private static long offset(String text) {
        return switch (text) {
            case null -> 0;
            case "-1" -> 0;
            case "now" -> NOW;
            default -> QueryParameters.offset(text);
        };
    }

    private static long cursor(String text) {
        if (text != null && !text.matches("\\d{1,18}")) {
            throw bad("the cursor is none of this server's: up to 18 digits");
        }
        return text == null ? -1 : Long.parseLong(text);
    }

    private static HttpProblem bad(String detail) {
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }
}
