package io.mpstream.streamer.http;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.Problem;
import io.mpstream.streamer.encoding.Standing;
import io.mpstream.streamer.encoding.Trailers;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The heads of responses, and the small responses whole. */
final class Responses {
    static final HttpString STREAM_ID = new HttpString("Stream-Id");
    static final HttpString STREAM_STATE = new HttpString("Stream-State");
    static final HttpString STREAM_OFFSET = new HttpString("Stream-Offset");
    static final HttpString NEXT_OFFSET = new HttpString("Stream-Next-Offset");
    private static final HttpString LINK = new HttpString("Link");
    private static final HttpString ACCEL_BUFFERING = new HttpString("X-Accel-Buffering");
    private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private Responses() {
    }

    /** The head of a stream in this format. */
    static void streamHead(HttpServerExchange exchange, Format format) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, format.mediaType());
        headers.put(Headers.CACHE_CONTROL, "no-store, no-transform");
        // Proxies of the nginx family hold a response back otherwise.
        headers.put(ACCEL_BUFFERING, "no");
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
    }

    /** The response to a HEAD: a stream's head, and nothing of its length. */
    static void end(HttpServerExchange exchange) {
        if (exchange.isHttp11()) {
            exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
        }
        exchange.endExchange();
    }

    /** Announces the trailers. */
    static void announceTrailers(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.TRAILER, Trailers.NAMES);
    }

    /** Names the stream in the head. */
    static void streamId(HttpServerExchange exchange, StreamId stream) {
        exchange.getResponseHeaders().put(STREAM_ID, stream.toString());
        exchange.getResponseHeaders().put(LINK, "<" + path(stream) + ">; rel=\"self\"");
    }

    /** Where a stream is followed. */
    static String path(StreamId stream) {
        return FollowHandler.STREAM_PATH + stream;
    }

    /** Says in the head where the stream stands. */
    static void standing(HttpServerExchange exchange, Standing standing) {
        exchange.getResponseHeaders().put(STREAM_STATE, standing.state());
        exchange.getResponseHeaders().put(STREAM_OFFSET, standing.offset());
    }

    /** A line of text as the whole response. */
    static void line(HttpServerExchange exchange, String text) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PLAIN_TEXT);
        send(exchange, ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** A JSON document as the whole response. */
    static void json(HttpServerExchange exchange, byte[] document) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, JSON);
        send(exchange, ByteBuffer.wrap(document));
    }

    /** 204. */
    static void nothing(HttpServerExchange exchange) {
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        exchange.getResponseHeaders().remove(Headers.CONTENT_TYPE);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.endExchange();
    }

    /** A request that was refused. */
    static void problem(HttpServerExchange exchange, BadRequest bad) {
        exchange.getResponseHeaders().clear();
        if (bad.challenge() != null) {
            exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, bad.challenge());
        }
        sendProblem(exchange, bad.status(), bad.getMessage(), null);
    }

    /** An error as the whole response. */
    static void problem(HttpServerExchange exchange, int status, String detail) {
        problem(exchange, status, detail, null);
    }

    /** 410, with what is left of the stream if anything is. */
    static void gone(HttpServerExchange exchange, String detail, Long firstOffset) {
        problem(exchange, StatusCodes.GONE, detail, firstOffset);
    }

    private static void problem(HttpServerExchange exchange, int status, String detail, Long firstOffset) {
        exchange.getResponseHeaders().clear();
        sendProblem(exchange, status, detail, firstOffset);
    }

    /** 405, with what is allowed. */
    static void methodNotAllowed(HttpServerExchange exchange, String allowed) {
        exchange.getResponseHeaders().clear();
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        sendProblem(exchange, StatusCodes.METHOD_NOT_ALLOWED, "allowed here: " + allowed, null);
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
        if (SoftRefusal.tell(exchange, why, retryAfterS)) {
            return;
        }
        exchange.getResponseHeaders().clear();
        exchange.getResponseHeaders().put(Headers.RETRY_AFTER, Integer.toString(retryAfterS));
        sendProblem(exchange, StatusCodes.SERVICE_UNAVAILABLE, detail, null);
    }

    /** 429: this client has too many streams. */
    static void tooMany(HttpServerExchange exchange, String detail, int retryAfterS) {
        if (SoftRefusal.tell(exchange, Interruption.QUOTA, retryAfterS)) {
            return;
        }
        exchange.getResponseHeaders().clear();
        exchange.getResponseHeaders().put(Headers.RETRY_AFTER, Integer.toString(retryAfterS));
        sendProblem(exchange, StatusCodes.TOO_MANY_REQUESTS, detail, null);
    }

    private static void sendProblem(HttpServerExchange exchange, int status, String detail, Long firstOffset) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Problem.MEDIA_TYPE);
        send(exchange, ByteBuffer.wrap(new Problem(status, StatusCodes.getReason(status), detail, firstOffset).json()));
    }

    private static void send(HttpServerExchange exchange, ByteBuffer body) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CACHE_CONTROL, "no-store");
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
        sendWhole(exchange, body);
    }

    /** A response whose head is set but for its length. */
    static void whole(HttpServerExchange exchange, byte[] body) {
        sendWhole(exchange, ByteBuffer.wrap(body));
    }

    private static void sendWhole(HttpServerExchange exchange, ByteBuffer body) {
        exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, body.remaining());
        exchange.getResponseSender().send(body);
    }
}
