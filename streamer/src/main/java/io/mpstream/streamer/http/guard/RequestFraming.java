package io.mpstream.streamer.http.guard;

import io.mpstream.agent.Clock;
import io.mpstream.streamer.http.request.HttpProblem;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;

/**
 * The end of a request over HTTP/1 must be beyond doubt (RFC 9112, section 6.3): what one reads as a body, and a proxy before it as the next
 * request, lets one client ask in another's name. Undertow refuses most of that; here is what it lets pass. I/O threads.
 */
public final class RequestFraming {
    /** Digits of a number of 64 bits: Undertow takes what is longer modulo 2^64. */
    private static final int LENGTH_DIGITS_MAX = 18;
    /** For the answer to get out; what the client sends meanwhile is nobody's. */
    private static final long LINGER_MS = 1_000;

    private RequestFraming() {
    }

    /**
     * Lets a request pass whose end is beyond doubt. One with a chunked body is its connection's last: chunks may end in a bare line feed
     * for Undertow, and in more than that, so nothing is taken for a request that comes after them.
     *
     * @throws HttpProblem for any other
     */
    public static void check(HttpServerExchange exchange) {
        if (exchange.getProtocol().equals(Protocols.HTTP_2_0)) {
            return;
        }
        ConnectionGuard.expectNext(exchange);
        HeaderMap headers = exchange.getRequestHeaders();
        HeaderValues encodings = headers.get(Headers.TRANSFER_ENCODING);
        if (encodings != null) {
            exchange.setPersistent(false);
            if (encodings.size() != 1 || !encodings.getFirst().equalsIgnoreCase(Headers.CHUNKED.toString())) {
                throw doubt(exchange, "Transfer-Encoding can only be 'chunked'");
            }
        }
        String length = headers.getFirst(Headers.CONTENT_LENGTH);
        if (length != null && length.length() > LENGTH_DIGITS_MAX) {
            throw doubt(exchange, "Content-Length is too long");
        }
    }

    private static HttpProblem doubt(HttpServerExchange exchange, String detail) {
        exchange.setPersistent(false);
        BodyDeadline.set(exchange, Clock.SYSTEM, LINGER_MS);
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }
}
