package io.mpstream.streamer.http.request;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Lets pages of other origins read answers, those that were named (Fetch, section 3.3). */
public final class Cors {
    private static final String ANY = "*";
    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
    private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
    private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
    private static final HttpString EXPOSE_HEADERS = new HttpString("Access-Control-Expose-Headers");
    private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");
    private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");
    private static final HttpString FETCH_MODE = new HttpString("Sec-Fetch-Mode");
    private static final HttpString FETCH_DEST = new HttpString("Sec-Fetch-Dest");
    private static final HttpString REQUEST_METHOD = new HttpString("Access-Control-Request-Method");
    private static final String METHODS = "GET, HEAD, POST, DELETE";
    private static final HttpString REQUEST_HEADERS = new HttpString("Access-Control-Request-Headers");
    private static final List<String> REQUEST_FIELDS = List.of("Accept", "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID");
    /** The name of a field (RFC 9110, section 5.1). */
    private static final Pattern FIELD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final int ASKED_FIELDS_MAX = 100;
    private static final String RESPONSE_FIELDS = "Content-Location, ETag, Link, Location, Retry-After, Stream-Closed, Stream-Cursor, Stream-Id, Stream-Next-Offset, Stream-Offset, Stream-State, "
            + "Stream-Up-To-Date, WWW-Authenticate, X-Request-Id, X-Should-Retry";
    private static final String MAX_AGE_S = "600";

    private final List<String> origins;

    /** Allows these origins; {@code *} stands for all, an empty list for none. */
    public Cors(List<String> origins) {
        this.origins = origins;
    }

    private boolean allows(String origin) {
        return origins.contains(ANY) || origins.contains(origin);
    }

    /**
     * Whether a request was sent by a page that is neither this server's nor one of the origins: what changes something is refused then (Fetch
     * Metadata, section 2, for requests without an {@code Origin}).
     */
    public boolean isForeign(HttpServerExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
        return isOfAnotherOrigin(exchange) && !(origin == null ? origins.contains(ANY) : allows(origin));
    }

    /** Whether a request was sent by a page that is not this server's; not one that somebody follows a link with. */
    static boolean isOfAnotherOrigin(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        String origin = headers.getFirst(Headers.ORIGIN);
        if (origin != null) {
            String host = headers.getFirst(Headers.HOST);
            boolean isTls = exchange.getRequestScheme().equals("https");
            return !origin.equalsIgnoreCase("https://" + host) && (isTls || !origin.equalsIgnoreCase("http://" + host));
        }
        String site = headers.getFirst(FETCH_SITE);
        boolean isLink = "navigate".equals(headers.getFirst(FETCH_MODE)) && "document".equals(headers.getFirst(FETCH_DEST))
                && exchange.getRequestMethod().equals(Methods.GET);
        return site != null && !site.equals("same-origin") && !site.equals("none") && !isLink;
    }

    /** What a page may send: what means something here, and what else its library wants to send. */
    static Set<String> fields(HttpServerExchange exchange) {
        Set<String> fields = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        fields.addAll(REQUEST_FIELDS);
        HeaderValues asked = exchange.getRequestHeaders().get(REQUEST_HEADERS);
        if (asked != null) {
            asked.stream().flatMap(value -> Arrays.stream(value.split(","))).map(String::strip).filter(name -> FIELD.matcher(name).matches()).limit(ASKED_FIELDS_MAX)
                    .forEach(fields::add);
        }
        return fields;
    }

    /** Marks the response; returns true if it is complete with that, because the request only asked whether another may be sent. */
    public boolean handle(HttpServerExchange exchange) {
        String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
        if (origins.isEmpty() || origin == null) {
            return false;
        }
        boolean isAllowed = allows(origin);
        // When the head goes out: an error clears what was set before.
        exchange.addResponseCommitListener(same -> {
            HeaderMap headers = same.getResponseHeaders();
            headers.add(Headers.VARY, Headers.ORIGIN_STRING);
            if (isAllowed) {
                headers.put(ALLOW_ORIGIN, origins.contains(ANY) ? ANY : origin);
                headers.put(EXPOSE_HEADERS, RESPONSE_FIELDS);
            }
        });
        if (!exchange.getRequestMethod().equals(Methods.OPTIONS) || !exchange.getRequestHeaders().contains(REQUEST_METHOD)) {
            return false;
        }
        if (isAllowed) {
            exchange.getResponseHeaders().put(ALLOW_METHODS, METHODS);
            exchange.getResponseHeaders().put(ALLOW_HEADERS, String.join(", ", fields(exchange)));
            exchange.getResponseHeaders().put(MAX_AGE, MAX_AGE_S);
        }
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        exchange.endExchange();
        return true;
    }
}
