package io.mpstream.streamer.http.response;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.dialect.DurableCursor;
import io.mpstream.streamer.dialect.DurableOffset;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.http.request.DurableRead;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.Arrays;

/**
 * What the head of a response in the protocol of Durable Streams says (sections 5.5 to 5.8, 10, 12.7), and the responses that are nothing else. That
 * a stream is closed is said of one that completed, and of no other. Of one response.
 */
public final class DurableHead extends StreamHead {
    private static final HttpString UP_TO_DATE = new HttpString("Stream-Up-To-Date");
    private static final HttpString CLOSED = new HttpString("Stream-Closed");
    private static final HttpString CURSOR = new HttpString("Stream-Cursor");
    private static final HttpString RESOURCE_POLICY = new HttpString("Cross-Origin-Resource-Policy");
    private static final String TRUE = "true";
    private static final String ANY_TAG = "*";
    private static final String WEAK = "W/";
    /** What anybody may read caches may keep: the next read finds what has come since. */
    private static final String KEPT = "public, max-age=60, stale-while-revalidate=300";
    private static final String NOT_KEPT = "no-store";
    private static final String EVENTS_NOT_KEPT = "no-cache, no-store, no-transform";

    private final LiveStream stream;
    private final DurableRead read;
    private final long offset;
    private final boolean isOpenToAll;

    /**
     * The head of a response to a read.
     *
     * @param offset      where it begins
     * @param isOpenToAll whether anybody may read the stream
     */
    public DurableHead(LiveStream stream, DurableRead read, long offset, boolean isOpenToAll) {
        this.stream = stream;
        this.read = read;
        this.offset = offset;
        this.isOpenToAll = isOpenToAll;
    }

    /** All responses to this request say that nobody is to take them for anything else, errors too. */
    public static void secure(HttpServerExchange exchange) {
        // When the head goes out: an error clears what was set before.
        exchange.addResponseCommitListener(same -> {
            same.getResponseHeaders().put(RESOURCE_POLICY, "same-origin");
            same.getResponseHeaders().put(Responses.CONTENT_TYPE_OPTIONS, "nosniff");
        });
    }

    @Override
    void open(HttpServerExchange exchange, StreamStatus status, long until) {
        HeaderMap headers = exchange.getResponseHeaders();
        if (until == Long.MAX_VALUE) {
            headers.put(Responses.STREAM_STATE, status.state());
            headers.put(Headers.CACHE_CONTROL, EVENTS_NOT_KEPT);
            return;
        }
        place(exchange, status, until);
        headers.put(Headers.ETAG, tag(until));
        headers.put(Headers.CACHE_CONTROL, caching(until));
    }

    /** Where the client is once it has the response. */
    private void place(HttpServerExchange exchange, StreamStatus status, long next) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Responses.STREAM_STATE, status.state());
        headers.put(Responses.NEXT_OFFSET, DurableOffset.of(next));
        headers.put(UP_TO_DATE, TRUE);
        if (isClosedAt(next)) {
            headers.put(CLOSED, TRUE);
        } else if (read.live() == DurableRead.Live.LONG_POLL) {
            headers.put(CURSOR, DurableCursor.after(read.cursor(), System.currentTimeMillis()));
        }
    }

    private boolean isClosedAt(long next) {
        End end = stream.end();
        return end != null && end.outcome() == Outcome.COMPLETED && end.offset() == next;
    }

    private String tag(long until) {
        return "\"" + stream.id() + ":" + offset + ":" + until + (isClosedAt(until) ? ":c\"" : "\"");
    }

    /** What has no text yet may have some in a moment. */
    private String caching(long until) {
        return isOpenToAll && until > offset ? KEPT : NOT_KEPT;
    }

    /** 204; or 409, if the stream has ended meanwhile and is not whole. */
    @Override
    void nothing(HttpServerExchange exchange, StreamStatus status, long at) {
        if (!refuses(exchange, at)) {
            place(exchange, status, at);
            Responses.nothing(exchange);
        }
    }

    /**
     * Answers with 409 where a stream ends that did not complete, for which the protocol has no words; returns whether that is so.
     *
     * @param at bytes of its text that the client has
     */
    public boolean refuses(HttpServerExchange exchange, long at) {
        End end = stream.end();
        if (end == null || end.outcome() == Outcome.COMPLETED || at < end.offset()) {
            return false;
        }
        Problems.problem(exchange, StatusCodes.CONFLICT, end.outcome() == Outcome.CANCELLED ? "the answer was stopped, and ends here" : "the answer failed: " + end.detail());
        return true;
    }

    /** Answers with 304 if the client has what it asks for ({@code If-None-Match}; RFC 9110, section 13.1.2); returns whether that is so. */
    public boolean isKnown(HttpServerExchange exchange, StreamStatus status) {
        HeaderValues said = exchange.getRequestHeaders().get(Headers.IF_NONE_MATCH);
        String tag = tag(status.offset());
        if (said == null || Arrays.stream(String.join(",", said).split(",")).map(String::strip)
                .noneMatch(each -> each.equals(tag) || each.equals(WEAK + tag) || each.equals(ANY_TAG))) {
            return false;
        }
        open(exchange, status, status.offset());
        exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
        exchange.endExchange();
        return true;
    }

    /** Answers with where the stream stands, and no text. */
    public void tail(HttpServerExchange exchange, StreamStatus status) {
        Responses.streamHead(exchange, PlainText.MEDIA_TYPE);
        place(exchange, status, status.offset());
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, NOT_KEPT);
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            Responses.end(exchange);
        } else {
            Responses.whole(exchange, new byte[0]);
        }
    }
}
