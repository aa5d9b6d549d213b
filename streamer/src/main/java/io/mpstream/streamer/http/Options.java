package io.mpstream.streamer.http;

import io.mpstream.streamer.hub.DisconnectPolicy;
import io.undertow.util.StatusCodes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The options of an asking request: what stands behind the {@code ?}. Unknown and repeated ones are errors. */
final class Options {
    private static final String QUERY = "q";
    private static final String UNIT = "unit";
    private static final String FORMAT = "format";
    private static final String USER = "user";
    private static final String ON_DISCONNECT = "on-disconnect";
    private static final Set<String> KNOWN = Set.of(UNIT, FORMAT, USER, ON_DISCONNECT);

    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query string.
     *
     * @param raw         as it was sent, possibly empty
     * @param mayHoldText whether the query itself may be among them
     * @throws BadRequest 400, saying which option is wrong
     */
    static Options parse(String raw, boolean mayHoldText) {
        Set<String> known = new TreeSet<>(KNOWN);
        if (mayHoldText) {
            known.add(QUERY);
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = PercentDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), true);
            if (!known.contains(name)) {
                throw bad("there is no option '" + name + "'; known are " + String.join(", ", known)
                        + "; a ? that belongs to the query is written %3F");
            }
            if (values.put(name, equals < 0 ? "" : PercentDecoder.decode(pair.substring(equals + 1), true)) != null) {
                throw bad("the option '" + name + "' is given twice");
            }
        }
        Options options = new Options(values);
        options.require(UNIT, "char");
        options.require(FORMAT, "text");
        return options;
    }

    private void require(String name, String only) {
        if (!values.getOrDefault(name, only).equals(only)) {
            throw bad("the option '" + name + "' can only be '" + only + "'");
        }
    }

    private static BadRequest bad(String detail) {
        return new BadRequest(StatusCodes.BAD_REQUEST, detail);
    }

    /** The query, or an empty string. */
    String query() {
        return values.getOrDefault(QUERY, "");
    }

    /** Who asks, or an empty string. */
    String user() {
        return values.getOrDefault(USER, "");
    }

    /** Whether the format is named here, which wins over {@code Accept}. */
    boolean namesFormat() {
        return values.containsKey(FORMAT);
    }

    DisconnectPolicy onDisconnect(DisconnectPolicy byDefault) {
        String text = values.get(ON_DISCONNECT);
        try {
            return text == null ? byDefault : DisconnectPolicy.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad("the option 'on-disconnect' can be continue, cancel or a time such as 30s");
        }
    }
}
