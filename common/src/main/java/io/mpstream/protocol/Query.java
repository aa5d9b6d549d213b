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
    /** The beginning of the names of attributes that are the server's own: neither clients send them nor responders see them. */
    public static final String RESERVED = "mpstream.";
    /** The attribute that names who is to answer, where that is not the first responder. */
    public static final String RESPONDER = "responder";
    /** The attribute that names whose turn it takes, where that is somebody else than the user. */
    public static final String ACCOUNT = RESERVED + "account";

    /**
     * Copies the attributes.
     *
     * @throws IllegalArgumentException if any of the strings is not {@linkplain Unicode#isWellFormed well-formed}
     */
    public Query {
        Unicode.requireWellFormed("the query", text);
        Unicode.requireWellFormed("the user", user);
        attributes = Map.copyOf(attributes);
        attributes.forEach((name, value) -> {
            Unicode.requireWellFormed("the name of an attribute", name);
            Unicode.requireWellFormed("the attribute " + name, value);
        });
    }

    /**
     * Whose turn the answer takes, where it has to wait for one: what the attribute {@value #ACCOUNT} says, else the user. Queries of
     * nobody are one account.
     */
    public String account() {
        return attributes.getOrDefault(ACCOUNT, user);
    }
}
