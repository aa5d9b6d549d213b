package io.mpstream.streamer.http;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Paths that are no queries, however they are spelled: slashes at both ends are no part of a query, and an escape stands for its byte (RFC
 * 3986, section 6.2.2.2). What is compared, by whomever, is one spelling.
 */
final class ReservedPaths {
    private static final String VERSION = "/v1";
    private static final String PREFIX = "/v1/";
    private static final Set<String> WELL_KNOWN = Set.of("/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/metrics");
    /** What browsers, crawlers and scanners ask every server for, and nobody else: hidden files, and some names. */
    private static final Pattern OF_MACHINES = Pattern.compile("/(\\.(DS_Store|[a-z][\\w.-]*)(/.*)?|(favicon|apple-touch-icon|sitemap)[\\w-]*\\.(ico|png|svg|xml)|manifest\\.json"
            + "|(site|manifest)\\.webmanifest|browserconfig\\.xml|(app-)?ads\\.txt|(security|humans|llms)\\.txt|json/(version|list|protocol)|wp-admin(/.*)?|[\\w./-]+\\.php)", Pattern.DOTALL);

    private ReservedPaths() {
    }

    /**
     * One spelling of a reserved path; a path that is none, as it was sent.
     *
     * @param sent still percent-encoded
     */
    static String of(String sent) {
        String path;
        try {
            path = "/" + RequestPath.withoutOuterSlashes(PercentDecoder.decode(sent, false));
        } catch (BadRequest e) {
            // Told where it is read as a query.
            return sent;
        }
        return isReserved(path) || path.equals(TokenHandler.GENERATE) ? path : sent;
    }

    /** Whether a path, in its one spelling, is no query. */
    static boolean isReserved(String path) {
        return path.startsWith(PREFIX) || path.equals(VERSION) || isWellKnown(path) || isOfMachines(path);
    }

    /** Whether it is served to everybody, by whatever name. */
    static boolean isWellKnown(String path) {
        return WELL_KNOWN.contains(path);
    }

    /** Whether it is what machines ask for, so that it is not to start an answer. */
    static boolean isOfMachines(String path) {
        return OF_MACHINES.matcher(path).matches();
    }
}
