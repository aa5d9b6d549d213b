package io.mpstream.streamer.http;

import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Limits;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the handler of a request, and turns whatever is wrong into a problem that the client can read. I/O threads. */
final class Routes implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final String RESERVED = "/v1/";
    /** What a header field costs besides its name and value: colon, space, CRLF. */
    private static final int FIELD_BYTES = 4;

    private final Hub hub;
    private final Limits limits;
    private final AskHandler ask;

    Routes(Hub hub, Limits limits, AskHandler ask) {
        this.hub = hub;
        this.limits = limits;
        this.ask = ask;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        try {
            checkSizes(exchange);
            route(exchange);
        } catch (BadRequest e) {
            Responses.problem(exchange, e.status(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a request broke", e);
            Responses.problem(exchange, StatusCodes.INTERNAL_SERVER_ERROR, "the server has a defect; it is in its log");
        }
    }

    private void checkSizes(HttpServerExchange exchange) {
        if (exchange.getRequestURI().length() + exchange.getQueryString().length() > limits.uriBytesMax()) {
            throw new BadRequest(StatusCodes.REQUEST_URI_TOO_LARGE, "the request target is longer than " + limits.uriBytesMax() + " bytes");
        }
        HeaderMap headers = exchange.getRequestHeaders();
        int bytes = 0;
        for (HeaderValues values : headers) {
            for (String value : values) {
                bytes += values.getHeaderName().length() + value.length() + FIELD_BYTES;
            }
        }
        if (bytes > limits.headerBytesMax()) {
            throw new BadRequest(StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE, "the header is longer than " + limits.headerBytesMax() + " bytes");
        }
    }

    private void route(HttpServerExchange exchange) {
        if (!exchange.getRequestMethod().equals(Methods.GET) && !exchange.getRequestMethod().equals(Methods.HEAD)) {
            Responses.methodNotAllowed(exchange);
            return;
        }
        String path = RequestPath.of(exchange);
        switch (path) {
            case "/healthz" -> Responses.line(exchange, "alive");
            case "/readyz" -> ready(exchange);
            case "/robots.txt" -> Responses.line(exchange, "User-agent: *\nDisallow: /");
            case "/favicon.ico", "/metrics" -> throw new BadRequest(StatusCodes.NOT_FOUND, "there is no " + path + " here");
            case Asking.PATH -> ask.handleRequest(exchange);
            default -> {
                if (path.startsWith(RESERVED) || path.equals("/v1")) {
                    throw new BadRequest(StatusCodes.NOT_FOUND, "paths under /v1/ are reserved, and this one is not in use;"
                            + " a query that begins so is asked with /v1/ask?q=");
                }
                ask.handleRequest(exchange);
            }
        }
    }

    private void ready(HttpServerExchange exchange) {
        if (hub.isProducerPresent()) {
            Responses.line(exchange, "ready");
        } else {
            Responses.unavailable(exchange, "no producer is present", 1);
        }
    }
}
