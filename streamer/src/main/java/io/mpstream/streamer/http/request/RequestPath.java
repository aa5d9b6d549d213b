package io.mpstream.streamer.http.request;

import io.undertow.server.HttpServerExchange;

/** The path of a request, as it was sent: still percent-encoded, one char a byte. */
public final class RequestPath {
    private static final String SCHEME_END = "://";

    private RequestPath() {
    }

    /** The path; of an absolute request target (RFC 9112, section 3.2.2) what follows the host. */
    public static String of(HttpServerExchange exchange) {
        String target = exchange.getRequestURI();
        int scheme = exchange.isHostIncludedInRequestURI() ? target.indexOf(SCHEME_END) : -1;
        if (scheme < 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme + SCHEME_END.length());
        return slash < 0 ? "/" : target.substring(slash);
    }

    /** As the original did: slashes at both ends are not part of the query, inner ones are. */
    static String withoutOuterSlashes(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }
}
