package io.mpstream.streamer.http.response;

import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.http.request.Accept;
import io.mpstream.streamer.http.request.EventId;
import io.mpstream.streamer.http.request.Format;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.session.Drain;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.Methods;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A refusal that an {@code EventSource} survives. Any status but 200 ends it for good (HTML, section 9.2.3), so where coming back later
 * helps it gets a stream of one event, which says when and why, and comes back by itself. I/O threads.
 */
public final class SoftRefusal {
    private static final AttachmentKey<SoftRefusal> KEY = AttachmentKey.create(SoftRefusal.class);
    private static final long SECOND_MS = 1_000;

    private final Drain drain;

    /** Refusals by a streamer that may be draining. */
    public SoftRefusal(Drain drain) {
        this.drain = drain;
    }

    /** From now on this request, which asks or follows, may be refused so. */
    public void allow(HttpServerExchange exchange) {
        if (exchange.getRequestMethod().equals(Methods.GET)) {
            exchange.putAttachment(KEY, this);
        }
    }

    /**
     * Refuses a request so; returns false, and does nothing, if it is not one of an {@code EventSource}.
     *
     * @param retryAfterS seconds after which it is worth another try
     */
    public static boolean tell(HttpServerExchange exchange, Interruption why, int retryAfterS) {
        SoftRefusal refusal = exchange.getAttachment(KEY);
        return refusal != null && refusal.answer(exchange, why, retryAfterS);
    }

    private boolean answer(HttpServerExchange exchange, Interruption why, int retryAfterS) {
        EventId last;
        long offset;
        try {
            QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), QueryParameters.OF_STREAMS);
            last = EventId.last(exchange, parameters);
            // Each of them sends the field; some that come back say only where they were, and during a drain nobody is turned away for good.
            boolean isEventSource = last != null || drain.hasBegun() || Accept.namesFormat(exchange.getRequestHeaders());
            if (Representation.format(exchange, parameters) != Format.SSE || !isEventSource) {
                return false;
            }
            offset = last != null ? last.offset() : Math.max(0, parameters.offset());
        } catch (HttpProblem e) {
            return false;
        }
        boolean isDraining = drain.hasBegun();
        long retryMs = isDraining ? drain.retryMs() : SECOND_MS * retryAfterS + ThreadLocalRandom.current().nextLong(SECOND_MS);
        byte[] event = ServerSentEvents.interrupted(isDraining ? Interruption.DRAINING : why, last == null ? null : last.toString(), offset, retryMs);
        HeaderMap headers = exchange.getResponseHeaders();
        headers.clear();
        Responses.streamHead(exchange, Format.SSE.mediaType());
        Responses.whole(exchange, event);
        return true;
    }
}
