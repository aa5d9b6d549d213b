package io.mpstream.client;

import java.util.function.Supplier;

/** The token that is sent, until it is spent; then its supplier is asked for another. Any thread; two may ask at once. */
final class Credential {
    /** Null for requests without a token. */
    private final Supplier<String> supplier;
    private volatile String token;

    Credential(Supplier<String> supplier) {
        this.supplier = supplier;
    }

    /** The token, or null for none. */
    String token() {
        String known = token;
        if (known == null && supplier != null) {
            known = supplier.get();
            token = known;
        }
        return known;
    }

    /** This one is good no longer. */
    void spend(String spent) {
        if (spent != null && spent.equals(token)) {
            token = null;
        }
    }
}
