package io.mpstream.responder;

import java.util.Map;

/**
 * What a client asks, once. Immutable.
 *
 * @param stream       id of the stream that holds the answer: 32 hexadecimal digits
 * @param text         what is asked, decoded; never empty
 * @param user         who asks, or an empty string when nobody said
 * @param attributes   what else the client sent along, and what its token says, as {@code claim.…}
 * @param acceptedAtMs when the server took the query, in wall-clock milliseconds
 */
public record Query(String stream, String text, String user, Map<String, String> attributes, long acceptedAtMs) {
    /** Copies the attributes. */
    public Query {
        attributes = Map.copyOf(attributes);
    }
}
