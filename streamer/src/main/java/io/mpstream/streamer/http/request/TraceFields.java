package io.mpstream.streamer.http.request;

import io.mpstream.protocol.TraceContext;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;

/** The trace context in the head of a request. */
public final class TraceFields {
    private static final HttpString PARENT = new HttpString(TraceContext.PARENT);
    private static final HttpString STATE = new HttpString(TraceContext.STATE);

    private TraceFields() {
    }

    /** The context of this request; null if it has none, or one that is not valid: that is ignored, as W3C Trace Context has it. */
    public static TraceContext of(HttpServerExchange exchange) {
        HeaderValues parents = exchange.getRequestHeaders().get(PARENT);
        if (parents == null || parents.size() != 1) {
            return null;
        }
        HeaderValues states = exchange.getRequestHeaders().get(STATE);
        return TraceContext.parse(parents.getFirst(), states == null ? null : String.join(",", states));
    }
}
