package io.mpstream.streamer.http.response;

import io.mpstream.streamer.auth.UnavailableException;
import io.mpstream.streamer.dialect.DialectException;
import io.mpstream.streamer.dialect.OpenAiError;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.json.Problem;
import io.mpstream.streamer.limits.RefusedException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as whole responses: problem documents (RFC 9457), whose heads hold nothing that was set for another response. I/O threads. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    /** Tells the clients of OpenAI's API whether to try again; each of them would by itself. */
    private static final HttpString SHOULD_RETRY = new HttpString("x-should-retry");
    /** Clients that are to wait longer try at once, or never, or sleep that long. */
    private static final int RETRY_S_MAX = 60;
    /** Seconds after which another try is worthwhile where keys could not be fetched, or nothing stored. */
    private static final int UNAVAILABLE_RETRY_S = 5;

    private Problems() {
    }

    /** Answers a request that could not be served, and says why if that is the client's business. */
    public static void answer(HttpServerExchange exchange, RuntimeException e) {
        switch (e) {
            case HttpProblem bad -> problem(exchange, bad);
            case DialectException wrong -> {
                cleared(exchange);
                send(exchange, wrong.status(), OpenAiError.of(wrong.status(), wrong.getMessage(), wrong.param(), wrong.code()));
            }
            case RefusedException refused -> refused(exchange, refused);
            case UnavailableException unavailable ->
                    unavailable(exchange, Interruption.UNAVAILABLE, unavailable.getMessage(), UNAVAILABLE_RETRY_S);
            default -> {
                LOG.error("a request broke", e);
                problem(exchange, StatusCodes.INTERNAL_SERVER_ERROR, "the server has a defect; it is in its log");
            }
        }
    }

    /** A request or a session that was refused. */
    static void refused(HttpServerExchange exchange, RefusedException refused) {
        String detail = refused.getMessage();
        switch (refused.reason()) {
            case OVERLOADED, NOT_STORED -> unavailable(exchange, detail, refused.retryAfterS());
            case QUOTA -> tooMany(exchange, detail, refused.retryAfterS());
            case EXPIRED -> problem(exchange, new HttpProblem(status(refused.reason()), detail, HttpProblem.INVALID_TOKEN));
            case GONE -> gone(exchange, detail, refused.firstOffset());
            case KEY_REUSED, INSIDE_CHARACTER -> problem(exchange, status(refused.reason()), detail);
            case FAILED, CANCELLED -> {
                // Else it would be generated again, twice, whatever that costs.
                cleared(exchange).put(SHOULD_RETRY, "false");
                int status = status(refused.reason());
                send(exchange, status, OpenAiError.of(status, detail, null, refused.reason() == RefusedException.Reason.FAILED ? "responder_failed" : "cancelled"));
            }
        }
    }

    /** The status code of a refusal (RFC 9110, section 15; RFC 6585, section 4). */
    public static int status(RefusedException.Reason reason) {
        return switch (reason) {
            case OVERLOADED, NOT_STORED -> StatusCodes.SERVICE_UNAVAILABLE;
            case QUOTA -> StatusCodes.TOO_MANY_REQUESTS;
            case KEY_REUSED -> StatusCodes.UNPROCESSABLE_ENTITY;
            case EXPIRED -> StatusCodes.UNAUTHORIZED;
            case INSIDE_CHARACTER -> StatusCodes.BAD_REQUEST;
            case GONE -> StatusCodes.GONE;
            case FAILED, CANCELLED -> StatusCodes.INTERNAL_SERVER_ERROR;
        };
    }

    /** A request that was refused. */
    public static void problem(HttpServerExchange exchange, HttpProblem bad) {
        HeaderMap headers = cleared(exchange);
        if (bad.challenge() != null) {
            headers.put(Headers.WWW_AUTHENTICATE, bad.challenge());
        }
        send(exchange, bad.status(), bad.getMessage(), null);
    }

    /** Any status, with what was wrong. */
    public static void problem(HttpServerExchange exchange, int status, String detail) {
        cleared(exchange);
        send(exchange, status, detail, null);
    }

    /** 410, with the first offset that is left of the stream; null if nothing is. */
    public static void gone(HttpServerExchange exchange, String detail, Long firstOffset) {
        cleared(exchange);
        send(exchange, StatusCodes.GONE, detail, firstOffset);
    }

    /** 405, with what is allowed. */
    public static void methodNotAllowed(HttpServerExchange exchange, String allowed) {
        cleared(exchange).put(Headers.ALLOW, allowed);
        send(exchange, StatusCodes.METHOD_NOT_ALLOWED, "allowed here: " + allowed, null);
    }

    /** 501, for a method that Undertow may take for another. */
    public static void unknownMethod(HttpServerExchange exchange) {
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            // Undertow would send no body, and the client waits for one.
            exchange.setStatusCode(StatusCodes.NOT_IMPLEMENTED);
            exchange.endExchange();
        } else {
            problem(exchange, StatusCodes.NOT_IMPLEMENTED, "methods are case-sensitive, and none here has small letters");
        }
    }

    /** 503, with the seconds after which to try again: there is too much to do. */
    public static void unavailable(HttpServerExchange exchange, String detail, int retryAfterS) {
        unavailable(exchange, Interruption.OVERLOADED, detail, retryAfterS);
    }

    /** 503, with the seconds after which to try again. */
    public static void unavailable(HttpServerExchange exchange, Interruption why, String detail, int retryAfterS) {
        refuseForNow(exchange, StatusCodes.SERVICE_UNAVAILABLE, why, detail, retryAfterS);
    }

    /** 429: this client has too many streams. */
    static void tooMany(HttpServerExchange exchange, String detail, int retryAfterS) {
        refuseForNow(exchange, StatusCodes.TOO_MANY_REQUESTS, Interruption.QUOTA, detail, retryAfterS);
    }

    private static void refuseForNow(HttpServerExchange exchange, int status, Interruption why, String detail, int retryAfterS) {
        if (!SoftRefusal.tell(exchange, why, retryAfterS)) {
            HeaderMap headers = cleared(exchange).put(Headers.RETRY_AFTER, Integer.toString(retryAfterS));
            if (retryAfterS > RETRY_S_MAX && Dialects.isSpoken(exchange)) {
                headers.put(SHOULD_RETRY, "false");
            }
            send(exchange, status, detail, null);
        }
    }

    private static HeaderMap cleared(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getResponseHeaders();
        String requestId = headers.getFirst(Responses.REQUEST_ID);
        headers.clear();
        return requestId == null ? headers : headers.put(Responses.REQUEST_ID, requestId);
    }

    private static void send(HttpServerExchange exchange, int status, String detail, Long firstOffset) {
        if (Dialects.isSpoken(exchange)) {
            send(exchange, status, OpenAiError.of(status, detail, null, null));
        } else {
            Responses.problem(exchange, status, Problem.MEDIA_TYPE, new Problem(status, StatusCodes.getReason(status), detail, firstOffset).json());
        }
    }

    private static void send(HttpServerExchange exchange, int status, OpenAiError error) {
        Responses.problem(exchange, status, Responses.JSON, error.json());
    }
}
