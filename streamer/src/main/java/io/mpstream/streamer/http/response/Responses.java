package io.mpstream.streamer.http.response;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.encoding.Trailers;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.json.Json;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The heads of responses, and the small responses whole. */
public final class Responses {
    static final HttpString STREAM_ID = new HttpString("Stream-Id");
    static final HttpString STREAM_STATE = new HttpString("Stream-State");
    static final HttpString STREAM_OFFSET = new HttpString("Stream-Offset");
    static final HttpString NEXT_OFFSET = new HttpString("Stream-Next-Offset");
    static final HttpString REQUEST_ID = new HttpString("X-Request-Id");
    private static final HttpString LINK = new HttpString("Link");
    private static final HttpString ACCEL_BUFFERING = new HttpString("X-Accel-Buffering");
    static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
    /** The media type of a JSON document. */
    public static final String JSON = "application/json";

    private Responses() {
    }

    /** The head of a stream of this media type. */
    public static void streamHead(HttpServerExchange exchange, String mediaType) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, mediaType);
        headers.put(Headers.CACHE_CONTROL, "no-store, no-transform");
        // Proxies of the nginx family hold a response back otherwise.
        headers.put(ACCEL_BUFFERING, "no");
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
    }

    /** The response to a HEAD: a stream's head, and nothing of its length. */
    public static void end(HttpServerExchange exchange) {
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
    public static void streamId(HttpServerExchange exchange, StreamId stream) {
        exchange.getResponseHeaders().put(STREAM_ID, stream.toString());
        exchange.getResponseHeaders().put(LINK, "<" + Paths.of(stream) + ">; rel=\"self\"");
    }

    /** Names the stream in the head as the clients of OpenAI's API know the name of a request. */
    public static void requestId(HttpServerExchange exchange, StreamId stream) {
        exchange.getResponseHeaders().put(REQUEST_ID, stream.toString());
    }

    /** Says in the head where the stream stands. */
    public static void status(HttpServerExchange exchange, StreamStatus status) {
        exchange.getResponseHeaders().put(STREAM_STATE, status.state());
        exchange.getResponseHeaders().put(STREAM_OFFSET, status.offset());
    }

    /** A line of text as the whole response. */
    public static void line(HttpServerExchange exchange, String text) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PLAIN_TEXT);
        send(exchange, ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** A JSON document as the whole response. */
    public static void json(HttpServerExchange exchange, Object document) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, JSON);
        send(exchange, ByteBuffer.wrap(Json.bytes(document)));
    }

    /** 204. */
    public static void nothing(HttpServerExchange exchange) {
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        exchange.getResponseHeaders().remove(Headers.CONTENT_TYPE);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.endExchange();
    }

    /** A document of an error as the whole response. */
    static void problem(HttpServerExchange exchange, int status, String mediaType, byte[] document) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, mediaType);
        send(exchange, ByteBuffer.wrap(document));
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
