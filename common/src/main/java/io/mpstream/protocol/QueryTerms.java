package io.mpstream.protocol;

import java.time.Duration;

/**
 * The terms under which a query was asked. They travel with it, so that they hold when either process is started again.
 *
 * @param key          the client's idempotency key, or null
 * @param onDisconnect how long the answer goes on without readers, in milliseconds; {@link #NEVER} to its end; null for what the server
 *                     does by default
 * @param account      what the query counts for, and takes turns with, where that is not its user; or null
 * @param feed         name of the feed that the stream belongs to, or null
 * @param responder    who is to answer, where that is not the first responder; or null
 */
public record QueryTerms(String key, Duration onDisconnect, String account, String feed, String responder) {
    /** Nothing said. */
    public static final QueryTerms NONE = new QueryTerms(null, null, null, null, null);
    /** The answer goes on without readers, to its end. */
    public static final Duration NEVER = Duration.ofMillis(Long.MAX_VALUE);

    /** Checks that the strings are well-formed. */
    public QueryTerms {
        requireWellFormed("the idempotency key", key);
        requireWellFormed("the account", account);
        requireWellFormed("the feed", feed);
        requireWellFormed("the responder", responder);
    }

    private static void requireWellFormed(String what, String text) {
        if (text != null) {
            Unicode.requireWellFormed(what, text);
        }
    }

    /** The same, with this where they do not say what happens without readers. */
    public QueryTerms withDefault(Duration onDisconnect) {
        return this.onDisconnect != null ? this : new QueryTerms(key, onDisconnect, account, feed, responder);
    }

    /** Whether the answer goes on without readers. */
    public boolean goesOn() {
        return NEVER.equals(onDisconnect);
    }
}
