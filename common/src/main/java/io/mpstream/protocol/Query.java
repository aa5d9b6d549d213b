package io.mpstream.protocol;

import java.util.Map;

/**
 * What a client asks, once.
 *
 * @param stream       the stream that will hold the answer
 * @param text         what is asked, decoded; never empty
 * @param user         who asks, or an empty string when nobody said
 * @param attributes   what else the client sent along; immutable
 * @param acceptedAtMs when the streamer took it, in wall-clock milliseconds; for people and logs, never for order
 */
public record Query(StreamId stream, String text, String user, Map<String, String> attributes, long acceptedAtMs)
        implements Request {
    /** Copies the attributes. */
    public Query {
        attributes = Map.copyOf(attributes);
    }
}
