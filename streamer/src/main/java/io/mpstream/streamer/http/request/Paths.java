package io.mpstream.streamer.http.request;

import io.mpstream.protocol.StreamId;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The server's own paths: those that are no queries, however they are spelled. Slashes at both ends are no part of a query, and an escape
 * stands for its byte (RFC 3986, section 6.2.2.2). What is compared, by whomever, is one spelling.
 */
public final class Paths {
    /** On which the query is an option. */
    public static final String ASK = "/v1/ask";
    /** All streams. */
    public static final String STREAMS = "/v1/streams";
    /** Before a stream's id. */
    public static final String STREAM = "/v1/stream/";
    /** Before a feed's name. */
    public static final String FEED = "/v1/feed/";
    /** Before a stream's id, for clients of Durable Streams. */
    public static final String DURABLE = "/v1/durable/v1/stream/";
    /** Where WebSockets are opened. */
    public static final String WEBSOCKET = "/v1/ws";
    /** Where an access token alone is issued, by posting; any other method asks. */
    public static final String GENERATE_TOKEN = "/generate_token";
    /** Whether the process is alive. */
    public static final String ALIVE = "/healthz";
    /** Whether it would serve. */
    public static final String READY = "/readyz";

    private static final String VERSION = "/v1";
    private static final String PREFIX = "/v1/";
    private static final Set<String> WELL_KNOWN = Set.of(ALIVE, READY, "/robots.txt", "/favicon.ico", "/metrics");
    /** What browsers, crawlers and scanners ask every server for, and nobody else: hidden files, and some names. */
    private static final Pattern OF_MACHINES = Pattern.compile("/(\\.(DS_Store|[a-z][\\w.-]*)(/.*)?|(favicon|apple-touch-icon|sitemap)[\\w-]*\\.(ico|png|svg|xml)|manifest\\.json"
            + "|(site|manifest)\\.webmanifest|browserconfig\\.xml|(app-)?ads\\.txt|(security|humans|llms)\\.txt|json/(version|list|protocol)|wp-admin(/.*)?|[\\w./-]+\\.php)", Pattern.DOTALL);

    private Paths() {
    }

    /**
     * One spelling of a path of the server's own; any other path, as it was sent.
     *
     * @param sent still percent-encoded
     */
    public static String of(String sent) {
        String path;
        try {
            path = "/" + RequestPath.withoutOuterSlashes(PercentDecoder.decode(sent, false));
        } catch (HttpProblem e) {
            // Told where it is read as a query.
            return sent;
        }
        return isReserved(path) || path.equals(GENERATE_TOKEN) ? path : sent;
    }

    /** Whether a path, in its one spelling, is no query. */
    static boolean isReserved(String path) {
        return path.startsWith(PREFIX) || path.equals(VERSION) || isWellKnown(path) || isOfMachines(path);
    }

    /** Whether it asks, when it is read. */
    public static boolean isAsk(String path) {
        return path.equals(ASK) || !isReserved(path);
    }

    /** Whether it is served to everybody, by whatever name. */
    public static boolean isWellKnown(String path) {
        return WELL_KNOWN.contains(path);
    }

    /** Whether it is what machines ask for, so that it is not to start an answer. */
    public static boolean isOfMachines(String path) {
        // Few paths have what all of those have, and to match a pattern is dear, above all in the first minute of a process.
        boolean isSuspect = path.indexOf('.') >= 0 || path.startsWith("/json/") || path.startsWith("/wp-admin");
        return isSuspect && OF_MACHINES.matcher(path).matches();
    }

    /** Whether it is that of a stream, or below it. */
    public static boolean isStream(String path) {
        return path.startsWith(STREAM);
    }

    /** Whether it is that of a feed, or below it. */
    public static boolean isFeed(String path) {
        return path.startsWith(FEED);
    }

    /** Whether it is that of a stream for clients of Durable Streams. */
    public static boolean isDurable(String path) {
        return path.startsWith(DURABLE);
    }

    /** Where a stream is followed. */
    public static String of(StreamId stream) {
        return STREAM + stream;
    }
}
