package io.mpstream.streamer.stream;

import io.mpstream.protocol.Query;
import java.util.HashMap;
import java.util.Map;

/**
 * The terms under which a query was asked. They travel with it as attributes of its record, so that they hold when the
 * streamer is started again.
 *
 * @param onDisconnect what happens when nobody reads the answer; null for what the server does by default
 * @param key          the client's idempotency key, or null
 * @param feed         name of the feed that the stream belongs to, or null
 * @param account      what the query counts for, and takes turns with, where that is not its user; or null
 */
public record QueryTerms(DisconnectPolicy onDisconnect, String key, String feed, String account) {
    /** A beginning that attributes of clients may not have. */
    public static final String RESERVED = "mpstream.";

    private static final String ON_DISCONNECT = RESERVED + "on-disconnect";
    private static final String KEY = RESERVED + "idempotency-key";
    private static final String FEED = RESERVED + "feed";
    /** Of a query that is not remembered in full: the SHA-256 of its text. */
    static final String DIGEST = RESERVED + "query-digest";

    /** Adds these terms to a client's attributes. */
    public Map<String, String> with(Map<String, String> attributes) {
        Map<String, String> all = new HashMap<>(attributes);
        if (onDisconnect != null) {
            all.put(ON_DISCONNECT, onDisconnect.text());
        }
        if (key != null) {
            all.put(KEY, key);
        }
        if (feed != null) {
            all.put(FEED, feed);
        }
        if (account != null) {
            all.put(Query.ACCOUNT, account);
        }
        return all;
    }

    /** Reads the terms of a query from its record; what it does not say is the server's. */
    public static QueryTerms of(Map<String, String> attributes, DisconnectPolicy byDefault) {
        String policy = attributes.get(ON_DISCONNECT);
        return new QueryTerms(policy == null ? byDefault : DisconnectPolicy.parse(policy), attributes.get(KEY), attributes.get(FEED),
                attributes.get(Query.ACCOUNT));
    }
}
