package io.mpstream.responders;

import io.mpstream.responder.Query;
import java.util.Map;

/** Queries of a stream that no test asks about twice. */
public final class Queries {
    private Queries() {
    }

    /** With attributes: names and values in turn. */
    public static Query of(String text, String... attributes) {
        Map<String, String> all = new java.util.HashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            all.put(attributes[i], attributes[i + 1]);
        }
        return new Query("0123456789abcdef0123456789abcdef", text, "Ann", all, 1);
    }
}
