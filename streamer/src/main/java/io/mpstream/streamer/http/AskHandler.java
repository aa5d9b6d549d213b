package io.mpstream.streamer.http;

import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Limits;
import io.mpstream.streamer.hub.PumpLoop;
import io.mpstream.streamer.hub.Session;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.xnio.XnioIoThread;

/** {@code GET /{query}} and {@code GET /v1/ask?q={query}}: asks, and answers with the stream. I/O threads. */
final class AskHandler implements HttpHandler {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final Hub hub;
    private final Limits limits;
    private final Encoder chunks = new CharacterChunks();
    private final Encoder plain = new PlainText();
    private final Map<XnioIoThread, PumpLoop> loops = new ConcurrentHashMap<>();

    AskHandler(Hub hub, Limits limits) {
        this.hub = hub;
        this.limits = limits;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        Asking asking = Asking.of(exchange, limits, hub.onDisconnect());
        if (!asking.namesFormat() && !Accept.takesPlainText(exchange.getRequestHeaders())) {
            throw new BadRequest(StatusCodes.NOT_ACCEPTABLE, "this server has text/plain");
        }
        if (exchange.getRequestHeaders().contains(IDEMPOTENCY_KEY)) {
            throw new BadRequest(StatusCodes.BAD_REQUEST, "Idempotency-Key is not supported: the query would be answered again");
        }
        if (!exchange.isRequestComplete()) {
            throw new BadRequest(StatusCodes.BAD_REQUEST, "a request that asks in its target has no body");
        }
        Responses.streamHead(exchange);
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            exchange.endExchange();
            return;
        }
        // Else the exchange would be ended when this returns.
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> stream(exchange, asking));
    }

    private void stream(HttpServerExchange exchange, Asking asking) {
        Responses.streamId(exchange, asking.query().stream());
        boolean isChunked = exchange.isHttp11();
        if (isChunked) {
            exchange.putAttachment(HttpAttachments.PRE_CHUNKED_RESPONSE, true);
        }
        ExchangeSink sink = new ExchangeSink(exchange, hub::retryAfterS);
        PumpLoop loop = loops.computeIfAbsent(exchange.getIoThread(), PumpLoop::new);
        Session session = hub.ask(asking.query(), asking.onDisconnect(), isChunked ? chunks : plain, sink, loop);
        if (session == null) {
            Responses.unavailable(exchange, "too many queries are waiting", hub.retryAfterS());
        } else {
            sink.attach(session);
        }
    }
}
