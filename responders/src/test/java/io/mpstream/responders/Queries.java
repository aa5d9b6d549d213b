package io.mpstream.responders;

import io.mpstream.responder.Query;
import java.util.HashMap;
import java.util.Map;

/** Queries of a stream that no test asks about twice. */
public final class Queries {
    private Queries() {
    }

    /** With attributes: names and values in turn. */
    public static Query of(String text, String... attributes) {
        return new Query("0123456789abcdef0123456789abcdef", text, "Ann", pairs(attributes), 1);
    }

    /** Names and values in turn, as a map. */
    public static Map<String, String> pairs(String... namesAndValues) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return all;
    }
}
