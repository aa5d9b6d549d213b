package io.mpstream.streamer.http.request;

import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.undertow.util.StatusCodes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parameters of a request: what stands behind the {@code ?}. Unknown and repeated ones are errors, but for those that clients and links
 * are given by others, to no end here.
 */
public final class QueryParameters {
    /** The query itself, where it is an option. */
    static final String QUERY = "q";
    /** What lets its holder follow one stream, or one feed. */
    public static final String TICKET = "ticket";
    /** One code point a chunk. */
    static final String CHARACTER = "char";
    /** One user-perceived character a chunk. */
    static final String GRAPHEME = "grapheme";

    private static final String UNIT = "unit";
    private static final String ANY = "any";
    private static final String FORMAT = "format";
    private static final String DATA = "data";
    private static final String JSON = "json";
    private static final String USER = "user";
    private static final String RESPONDER = "responder";
    private static final String ON_DISCONNECT = "on-disconnect";
    /** Bytes of text before what is wanted. */
    static final String OFFSET = "offset";
    /** When the response is over. */
    static final String LIVE = "live";
    private static final String SPEED = "speed";
    private static final String LIMIT = "limit";
    private static final String BEFORE = "before";
    private static final String LAST_EVENT_ID = "lastEventId";
    /** A list, as libraries write one: its name again for each. */
    public static final String INCLUDE = "include[]";

    /** What libraries call {@link #LAST_EVENT_ID}, in small letters. */
    private static final Set<String> NAMES_OF_LAST_EVENT_ID = Set.of("lasteventid", "last-event-id", "last_event_id", "evs_last_event_id");
    /** What keeps caches away, or tells where a link was followed. */
    private static final List<String> IGNORED_PREFIXES = List.of("_", "utm_", "evs_");
    private static final Set<String> IGNORED = Set.of("fbclid", "gclid");

    /** What a request that asks may say. */
    public static final Set<String> OF_ASKING = Set.of(UNIT, FORMAT, DATA, USER, RESPONDER, ON_DISCONNECT, LAST_EVENT_ID);
    /** The same, where the query is an option. */
    private static final Set<String> OF_ASKING_WITH_QUERY = union(OF_ASKING, Set.of(QUERY));
    /** What a request that follows may say. */
    public static final Set<String> OF_FOLLOWING = Set.of(UNIT, FORMAT, DATA, OFFSET, LIVE, SPEED, TICKET, LAST_EVENT_ID);
    /** What a request for a stream may say, whichever way it comes to it. */
    public static final Set<String> OF_STREAMS = union(OF_ASKING_WITH_QUERY, OF_FOLLOWING);
    /** What a request for the list of streams may say. */
    public static final Set<String> OF_LIST = Set.of(USER, LIMIT, BEFORE);

    private static final int OFFSET_DIGITS_MAX = 18;
    private static final double SPEED_MAX = 1_000;
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 500;

    private final Map<String, String> values;

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    private QueryParameters(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query string.
     *
     * @param raw   as it was sent, possibly empty
     * @param known the names that may occur
     * @throws HttpProblem 400, saying which option is wrong
     */
    public static QueryParameters parse(String raw, Set<String> known) {
        return parse(raw, known, true);
    }

    /**
     * The same, but others are passed over.
     *
     * @throws HttpProblem 400, saying which option is given twice
     */
    static QueryParameters parseKnown(String raw, Set<String> known) {
        return parse(raw, known, false);
    }

    private static QueryParameters parse(String raw, Set<String> known, boolean isStrict) {
        Map<String, String> values = new HashMap<>();
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = name(PercentDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), true));
            if (pair.isEmpty() || isIgnored(name) || !isStrict && !known.contains(name)) {
                continue;
            }
            if (!known.contains(name)) {
                throw bad("there is no option '" + name + "'; known are " + String.join(", ", new TreeSet<>(known))
                        + "; a ? that belongs to the query is written %3F");
            }
            // A library that comes back may leave the one before in the target.
            boolean isTwice = values.put(name, equals < 0 ? "" : PercentDecoder.decode(pair.substring(equals + 1), true)) != null;
            if (isTwice && !name.equals(LAST_EVENT_ID) && !name.equals(INCLUDE)) {
                throw bad("the option '" + name + "' is given twice");
            }
        }
        return new QueryParameters(values);
    }

    private static String name(String name) {
        return NAMES_OF_LAST_EVENT_ID.contains(name.toLowerCase(Locale.ROOT)) ? LAST_EVENT_ID : name;
    }

    private static boolean isIgnored(String name) {
        return IGNORED.contains(name) || IGNORED_PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** The same, where the query may be among them. */
    public static QueryParameters parseWithQuery(String raw) {
        return parse(raw, OF_ASKING_WITH_QUERY);
    }

    private static HttpProblem bad(String detail) {
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }

    /** One of several values, or null if the option is not given. */
    private String oneOf(String name, String... allowed) {
        String value = values.get(name);
        if (value != null && !Arrays.asList(allowed).contains(value)) {
            throw bad("the option '" + name + "' can only be " + String.join(", ", allowed));
        }
        return value;
    }

    /** The value of this name, or null. */
    public String named(String name) {
        return values.get(name);
    }

    /** The query, or an empty string. */
    public String query() {
        return values.getOrDefault(QUERY, "");
    }

    /** Who asks, or an empty string. */
    public String user() {
        return values.getOrDefault(USER, "");
    }

    /** The name of who is to answer, or null. */
    public String responder() {
        return values.get(RESPONDER);
    }

    /** The format that is named here, which wins over {@code Accept}; or null. */
    public Format format() {
        String name = oneOf(FORMAT, Arrays.stream(Format.values()).map(Format::option).toArray(String[]::new));
        return name == null ? null : Arrays.stream(Format.values()).filter(each -> each.option().equals(name)).findFirst().orElseThrow();
    }

    /** What a chunk of plain text is. */
    public String unit(Format format) {
        String unit = oneOf(UNIT, CHARACTER, GRAPHEME, ANY);
        if (unit != null && format != Format.TEXT) {
            throw bad("the option 'unit' is for plain text");
        }
        return unit == null ? CHARACTER : unit;
    }

    /** Whether the data of server-sent events are JSON. */
    public boolean isJsonData(Format format) {
        boolean isJson = oneOf(DATA, JSON) != null;
        if (isJson && format != Format.SSE) {
            throw bad("the option 'data' is for server-sent events");
        }
        return isJson;
    }

    /** What happens when nobody reads the answer; null if that is not said. */
    public DisconnectPolicy onDisconnect() {
        String text = values.get(ON_DISCONNECT);
        try {
            return text == null ? null : DisconnectPolicy.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad("the option 'on-disconnect' can be continue, cancel or a time such as 30s");
        }
    }

    /** The offset to begin at; -1 if it is not given. */
    public long offset() {
        String text = values.get(OFFSET);
        return text == null ? -1 : offset(text);
    }

    /** The id of the event that the client had last, or an empty string. */
    String lastEventId() {
        return values.getOrDefault(LAST_EVENT_ID, "");
    }

    /** Reads an offset. */
    public static long offset(String text) {
        if (!text.matches("\\d{1," + OFFSET_DIGITS_MAX + "}")) {
            throw bad("the offset '" + text + "' is not a decimal number of bytes");
        }
        return Long.parseLong(text);
    }

    /** When the response is over. */
    public FollowOptions.Mode mode() {
        String live = oneOf(LIVE, "true", "false", "long-poll");
        return live == null || live.equals("true") ? FollowOptions.Mode.LIVE : live.equals("false") ? FollowOptions.Mode.ONCE : FollowOptions.Mode.POLL;
    }

    /** Times as fast as it was written; 0 for as fast as it goes. */
    public double speed() {
        String text = values.get(SPEED);
        if (text == null) {
            return 0;
        }
        double speed = text.matches("\\d{1,4}(\\.\\d{1,3})?") ? Double.parseDouble(text) : 0;
        if (speed <= 0 || speed > SPEED_MAX) {
            throw bad("the option 'speed' can be a number above 0 and up to 1000, such as 1 or 0.5");
        }
        return speed;
    }

    /** How many streams a list has at most. */
    public int limit() {
        String text = values.getOrDefault(LIMIT, Integer.toString(LIMIT_DEFAULT));
        int limit = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > LIMIT_MAX) {
            throw bad("the option 'limit' can be a number from 1 to " + LIMIT_MAX);
        }
        return limit;
    }

    /** The stream that a list goes on after, or null. */
    public String before() {
        return values.get(BEFORE);
    }
}
