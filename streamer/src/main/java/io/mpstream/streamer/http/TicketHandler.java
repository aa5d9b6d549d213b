package io.mpstream.streamer.http;

import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.RequestBody;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.json.Json;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.concurrent.TimeUnit;

/** What a caller with a token gets for it: tickets, a renewal of what it follows, a cookie. I/O threads. */
final class TicketHandler {
    /** Where a token is exchanged for a cookie. */
    static final String COOKIE_PATH = "/v1/cookie";
    /** After the path of a stream or feed. */
    static final String TICKET = "/ticket";
    /** After the path of a stream. */
    static final String RENEW = "/renew";

    private static final long TICKET_S = 600;
    /** Sent to this server alone, over TLS or to this machine, never shown to a page's scripts, never with another site's requests. */
    private static final String COOKIE_TERMS = "; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=";

    /** What is asked for; null for what holds by default. */
    private record Wish(Long expiresInS) {
    }

    /** A ticket, and where it is good. */
    private record Ticket(String ticket, String url) {
    }

    private final Hub hub;
    private final Authenticator authenticator;
    private final Limits limits;

    TicketHandler(Hub hub, Authenticator authenticator, Limits limits) {
        this.hub = hub;
        this.authenticator = authenticator;
        this.limits = limits;
    }

    /** Whether a path is about these. */
    static boolean handles(String path) {
        return path.equals(COOKIE_PATH) || Paths.isStream(path) && (path.endsWith(TICKET) || path.endsWith(RENEW))
                || Paths.isFeed(path) && path.endsWith(TICKET);
    }

    void handle(HttpServerExchange exchange, String path) {
        if (authenticator == null) {
            throw new HttpProblem(StatusCodes.NOT_FOUND, "there are no users here: the server runs without --auth");
        }
        boolean isPost = exchange.getRequestMethod().equals(Methods.POST);
        if (path.equals(COOKIE_PATH)) {
            cookie(exchange, isPost);
        } else if (!isPost) {
            Problems.methodNotAllowed(exchange, "POST");
        } else if (path.endsWith(RENEW)) {
            renew(exchange, path.substring(0, path.length() - RENEW.length()));
        } else {
            ticket(exchange, path.substring(0, path.length() - TICKET.length()));
        }
    }

    private void cookie(HttpServerExchange exchange, boolean isPost) {
        String token = Authentication.bearer(exchange.getRequestHeaders());
        if (isPost && token == null) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "the token that the cookie is to hold is sent as a bearer token");
        }
        if (!isPost && !exchange.getRequestMethod().equals(Methods.DELETE)) {
            Problems.methodNotAllowed(exchange, "POST, DELETE");
            return;
        }
        long leftS = isPost ? TimeUnit.MILLISECONDS.toSeconds(Caller.of(exchange).principal().expiresAtMs() - System.currentTimeMillis()) : 0;
        exchange.getResponseHeaders().put(Headers.SET_COOKIE, Authentication.COOKIE + "=" + (isPost ? token : "") + COOKIE_TERMS + Math.max(0, leftS));
        Responses.nothing(exchange);
    }

    private void renew(HttpServerExchange exchange, String path) {
        hub.renew(stream(exchange, path), Caller.of(exchange).grant());
        Responses.nothing(exchange);
    }

    private LiveStream stream(HttpServerExchange exchange, String path) {
        return Caller.of(exchange).require(hub.find(FollowHandler.id(path.substring(Paths.STREAM.length()))));
    }

    private void ticket(HttpServerExchange exchange, String path) {
        if (Paths.isFeed(path)) {
            if (hub.feed(path.substring(Paths.FEED.length())) == null) {
                throw new HttpProblem(StatusCodes.NOT_FOUND, "there is no feed of this name");
            }
        } else {
            stream(exchange, path);
        }
        RequestBody.read(exchange, Limits.FORM_BYTES_MAX, body -> {
            String ticket = authenticator.ticket(Caller.of(exchange).principal(), path, lifeS(body));
            exchange.setStatusCode(StatusCodes.CREATED);
            Responses.json(exchange, new Ticket(ticket, path + "?" + QueryParameters.TICKET + "=" + ticket));
        });
    }

    private static long lifeS(String body) {
        try {
            Long wished = body.isBlank() ? null : Json.read(body, Wish.class).expiresInS;
            long lifeS = wished == null ? TICKET_S : wished;
            if (lifeS < 1 || lifeS > Authenticator.TICKET_S_MAX) {
                throw new IllegalArgumentException("'expiresInS' is not a number from 1 to " + Authenticator.TICKET_S_MAX);
            }
            return lifeS;
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, e.getMessage());
        }
    }
}
