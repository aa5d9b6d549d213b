package io.mpstream.protocol;

import java.util.Map;

/**
 * What a client asks, once.
 *
 * @param stream       the stream that will hold the answer
 * @param text         what is asked, decoded; empty only of a query that is not known any more
 * @param user         who asks, or an empty string when nobody said
 * @param terms        under which it is asked
 * @param attributes   what else the client sent along, or the server adds, for the responder; immutable
 * @param acceptedAtMs when the streamer took it, in wall-clock milliseconds; for people and logs, never for order
 */
public record Query(StreamId stream, String text, String user, QueryTerms terms, Map<String, String> attributes, long acceptedAtMs)
        implements Request {
    /** UTF-8 bytes of the longest text, and of the longest body or message that it comes in. */
    public static final int BYTES_MAX = 1 << 20;
    /** Bytes of the longest query with its user and attributes. */
    public static final int WHOLE_BYTES_MAX = BYTES_MAX + (1 << 18);

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

    /** A query without terms. */
    public Query(StreamId stream, String text, String user, Map<String, String> attributes, long acceptedAtMs) {
        this(stream, text, user, QueryTerms.NONE, attributes, acceptedAtMs);
    }

    /** Stands for the query of a stream whose own has left the journals. */
    public static Query unknown(StreamId stream, long atMs) {
        return new Query(stream, "", "", Map.of(), atMs);
    }

    /** Whether it says what was asked. */
    public boolean isKnown() {
        return !text.isEmpty();
    }

    /** Whose turn the answer takes, where it has to wait for one: what the terms say, else the user. Queries of nobody are one account. */
    public String account() {
        return terms.account() == null ? user : terms.account();
    }

    /** Bytes that text, user and attributes have in a record; counted with each call. */
    public int bytes() {
        return RecordHead.sizeMax(text) + RecordHead.sizeMax(user) + RecordHead.sizeMax(attributes);
    }
}
