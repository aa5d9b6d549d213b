package io.mpstream.protocol;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a query in a trace of the client's (W3C Trace Context, level 1). It travels as two attributes of the query. Immutable.
 *
 * @param parent {@code traceparent}, of version 00: 55 characters of ASCII
 * @param state  {@code tracestate}, up to {@link #STATE_LENGTH_MAX} characters of ASCII; null for none
 */
public record TraceContext(String parent, String state) {
    /** Name of the header field, and of the attribute, that has the parent. */
    public static final String PARENT = "traceparent";
    /** Name of the header field, and of the attribute, that has the state. */
    public static final String STATE = "tracestate";
    /** Characters of a state that is kept. */
    public static final int STATE_LENGTH_MAX = 512;

    private static final int MEMBERS_MAX = 32;
    private static final String VERSION = "00";
    /** Version, trace, parent, flags, and what a later version has besides. */
    private static final Pattern FIELDS = Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final Pattern ZEROS = Pattern.compile("0+");
    /** Whitespace around a member (RFC 9110, section 5.6.3). The end of a line is none: attributes can have one, header fields cannot. */
    private static final Pattern AROUND = Pattern.compile("^[ \\t]+|[ \\t]+\\z");
    /** A key, with or without a tenant, and a value that does not end with a space. */
    private static final Pattern MEMBER = Pattern
            .compile("([a-z0-9][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})=[ -+\\--<>-~]{0,255}[!-+\\--<>-~]");

    /**
     * Reads the two header fields.
     *
     * @param parent as it came, or null
     * @param state  as it came, several joined by commas, or null
     * @return null if the parent is none; without a state if that is none, or too long
     */
    public static TraceContext parse(String parent, String state) {
        Matcher fields = FIELDS.matcher(parent == null ? "" : parent);
        if (!fields.matches() || isZero(fields.group(2)) || isZero(fields.group(3))) {
            return null;
        }
        String version = fields.group(1);
        if (version.equals(VERSION)) {
            return fields.group(5) == null ? new TraceContext(parent, checked(state)) : null;
        }
        if (version.equals("ff")) {
            return null;
        }
        // Of a later version all that is known is where these stand, and whether it is sampled.
        int sampled = Integer.parseInt(fields.group(4), 16) & 1;
        return new TraceContext(VERSION + "-" + fields.group(2) + "-" + fields.group(3) + "-0" + sampled, checked(state));
    }

    private static boolean isZero(String hex) {
        return ZEROS.matcher(hex).matches();
    }

    private static String checked(String state) {
        if (state == null || state.length() > STATE_LENGTH_MAX) {
            return null;
        }
        Set<String> keys = new HashSet<>();
        for (String each : state.split(",")) {
            String member = AROUND.matcher(each).replaceAll("");
            Matcher matcher = MEMBER.matcher(member);
            if (!member.isEmpty() && (!matcher.matches() || !keys.add(matcher.group(1)))) {
                return null;
            }
        }
        return keys.isEmpty() || keys.size() > MEMBERS_MAX ? null : state;
    }

    /** The one that attributes say, or null. */
    public static TraceContext of(Map<String, String> attributes) {
        String parent = attributes.get(PARENT);
        return parent == null ? null : parse(parent, attributes.get(STATE));
    }

    /** The trace that attributes name, as {@link #trace} says, or null. */
    public static String traceOf(Map<String, String> attributes) {
        TraceContext context = of(attributes);
        return context == null ? null : context.trace();
    }

    /** The name of the trace: 32 hexadecimal digits. */
    public String trace() {
        return parent.substring(3, 35);
    }

    /**
     * The attributes of a query with its trace context: what they say themselves or, where that is nothing or not valid, what its request does.
     *
     * @param request the context of the request, or null
     */
    public static Map<String, String> settled(Map<String, String> attributes, TraceContext request) {
        boolean isSaid = attributes.containsKey(PARENT) || attributes.containsKey(STATE);
        if (!isSaid && request == null) {
            return attributes;
        }
        TraceContext own = of(attributes);
        return put(attributes, own == null ? request : own);
    }

    /** The same query with this context in place of its own. */
    public Query in(Query query) {
        return new Query(query.stream(), query.text(), query.user(), query.terms(), put(query.attributes(), this), query.acceptedAtMs());
    }

    private static Map<String, String> put(Map<String, String> attributes, TraceContext context) {
        Map<String, String> all = new HashMap<>(attributes);
        all.remove(PARENT);
        all.remove(STATE);
        if (context != null) {
            all.put(PARENT, context.parent);
        }
        if (context != null && context.state != null) {
            all.put(STATE, context.state);
        }
        return all;
    }
}
