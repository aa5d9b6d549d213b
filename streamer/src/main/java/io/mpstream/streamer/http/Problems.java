package io.mpstream.streamer.http;

import io.mpstream.streamer.auth.UnavailableException;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.Problem;
import io.mpstream.streamer.hub.KeyReusedException;
import io.mpstream.streamer.hub.TooManyException;
import io.mpstream.streamer.hub.TurnedAwayException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as whole responses: problem documents (RFC 9457), whose heads hold nothing that was set for another response. I/O threads. */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    /** Seconds after which another try is worthwhile where keys could not be fetched, or nothing stored. */
    private static final int UNAVAILABLE_RETRY_S = 5;

    private Problems() {
    }

    /** Answers a request that could not be served, and says why if that is the client's business. */
    static void answer(HttpServerExchange exchange, RuntimeException e) {
        switch (e) {
            case BadRequest bad -> problem(exchange, bad);
            case TooManyException tooMany -> tooMany(exchange, tooMany.getMessage(), tooMany.retryAfterS());
            case TurnedAwayException away -> unavailable(exchange, away.getMessage(), away.retryAfterS());
            case UnavailableException unavailable ->
                    unavailable(exchange, Interruption.UNAVAILABLE, unavailable.getMessage(), UNAVAILABLE_RETRY_S);
            case KeyReusedException reused -> problem(exchange, StatusCodes.UNPROCESSABLE_ENTITY, reused.getMessage());
            default -> {
                LOG.error("a request broke", e);
                problem(exchange, StatusCodes.INTERNAL_SERVER_ERROR, "the server has a defect; it is in its log");
            }
        }
    }

    /** A request that was refused. */
    static void problem(HttpServerExchange exchange, BadRequest bad) {
        HeaderMap headers = cleared(exchange);
        if (bad.challenge() != null) {
            headers.put(Headers.WWW_AUTHENTICATE, bad.challenge());
        }
        send(exchange, bad.status(), bad.getMessage(), null);
    }

    /** Any status, with what was wrong. */
    static void problem(HttpServerExchange exchange, int status, String detail) {
        cleared(exchange);
        send(exchange, status, detail, null);
    }

    /** 410, with the first offset that is left of the stream; null if nothing is. */
    static void gone(HttpServerExchange exchange, String detail, Long firstOffset) {
        cleared(exchange);
        send(exchange, StatusCodes.GONE, detail, firstOffset);
    }

    /** 405, with what is allowed. */
    static void methodNotAllowed(HttpServerExchange exchange, String allowed) {
        cleared(exchange).put(Headers.ALLOW, allowed);
        send(exchange, StatusCodes.METHOD_NOT_ALLOWED, "allowed here: " + allowed, null);
    }

    /** 501, for a method that Undertow may take for another. */
    static void unknownMethod(HttpServerExchange exchange) {
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            // Undertow would send no body, and the client waits for one.
            exchange.setStatusCode(StatusCodes.NOT_IMPLEMENTED);
            exchange.endExchange();
        } else {
            problem(exchange, StatusCodes.NOT_IMPLEMENTED, "methods are case-sensitive, and none here has small letters");
        }
    }

    /** 503, with the seconds after which to try again: there is too much to do. */
    static void unavailable(HttpServerExchange exchange, String detail, int retryAfterS) {
        unavailable(exchange, Interruption.OVERLOADED, detail, retryAfterS);
    }

    /** 503, with the seconds after which to try again. */
    static void unavailable(HttpServerExchange exchange, Interruption why, String detail, int retryAfterS) {
        refuseForNow(exchange, StatusCodes.SERVICE_UNAVAILABLE, why, detail, retryAfterS);
    }

    /** 429: this client has too many streams. */
    static void tooMany(HttpServerExchange exchange, String detail, int retryAfterS) {
        refuseForNow(exchange, StatusCodes.TOO_MANY_REQUESTS, Interruption.QUOTA, detail, retryAfterS);
    }

    private static void refuseForNow(HttpServerExchange exchange, int status, Interruption why, String detail, int retryAfterS) {
        if (!SoftRefusal.tell(exchange, why, retryAfterS)) {
            cleared(exchange).put(Headers.RETRY_AFTER, Integer.toString(retryAfterS));
            send(exchange, status, detail, null);
        }
    }

    private static HeaderMap cleared(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.clear();
        return headers;
    }

    private static void send(HttpServerExchange exchange, int status, String detail, Long firstOffset) {
        Responses.problem(exchange, status, new Problem(status, StatusCodes.getReason(status), detail, firstOffset).json());
    }
}
