package io.mpstream.responder;

import java.util.Map;

/**
 * A client's question, asked once. Immutable.
 *
 * @param stream       id of the stream that holds the answer: 32 hexadecimal digits
 * @param text         the question, decoded; never empty
 * @param user         name of the user who asks, or an empty string when nobody said
 * @param attributes   the client's own, and those of its token as {@code claim.…}; {@code traceparent} and {@code tracestate} where it is part
 *                     of a trace (W3C Trace Context), valid
 * @param acceptedAtMs when the server took the query, in wall-clock milliseconds
 */
public record Query(String stream, String text, String user, Map<String, String> attributes, long acceptedAtMs) {
    /** Copies the attributes. */
    public Query {
        attributes = Map.copyOf(attributes);
    }
}
