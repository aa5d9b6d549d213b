package io.mpstream.streamer.http;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.Problem;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The heads of responses, and the small responses whole. */
final class Responses {
    private static final HttpString STREAM_ID = new HttpString("Stream-Id");
    private static final HttpString LINK = new HttpString("Link");
    private static final HttpString ACCEL_BUFFERING = new HttpString("X-Accel-Buffering");
    private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    private Responses() {
    }

    /** The head of a plain-text stream. */
    static void streamHead(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, PLAIN_TEXT);
        headers.put(Headers.CACHE_CONTROL, "no-store, no-transform");
        // Proxies of the nginx family hold a response back otherwise.
        headers.put(ACCEL_BUFFERING, "no");
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
        if (exchange.isHttp11()) {
            headers.put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
            headers.put(Headers.TRAILER, CharacterChunks.TRAILER);
        }
    }

    /** Names the stream in the head. */
    static void streamId(HttpServerExchange exchange, StreamId stream) {
        exchange.getResponseHeaders().put(STREAM_ID, stream.toString());
        exchange.getResponseHeaders().put(LINK, "</v1/stream/" + stream + ">; rel=\"self\"");
    }

    /** A line of text as the whole response. */
    static void line(HttpServerExchange exchange, String text) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PLAIN_TEXT);
        send(exchange, ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** An error as the whole response. */
    static void problem(HttpServerExchange exchange, int status, String detail) {
        exchange.getResponseHeaders().clear();
        sendProblem(exchange, status, detail);
    }

    /** 405, with what is allowed. */
    static void methodNotAllowed(HttpServerExchange exchange) {
        exchange.getResponseHeaders().clear();
        exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
        sendProblem(exchange, StatusCodes.METHOD_NOT_ALLOWED, "allowed here: GET, HEAD");
    }

    /** 503, with the seconds after which to try again. */
    static void unavailable(HttpServerExchange exchange, String detail, int retryAfterS) {
        exchange.getResponseHeaders().clear();
        exchange.getResponseHeaders().put(Headers.RETRY_AFTER, Integer.toString(retryAfterS));
        sendProblem(exchange, StatusCodes.SERVICE_UNAVAILABLE, detail);
    }

    private static void sendProblem(HttpServerExchange exchange, int status, String detail) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Problem.MEDIA_TYPE);
        send(exchange, ByteBuffer.wrap(new Problem(status, StatusCodes.getReason(status), detail).json()));
    }

    private static void send(HttpServerExchange exchange, ByteBuffer body) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CACHE_CONTROL, "no-store");
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
        headers.put(Headers.CONTENT_LENGTH, body.remaining());
        exchange.getResponseSender().send(body);
    }
}
