package io.mpstream.streamer.http.websocket;

import io.mpstream.streamer.http.guard.WebSocketFrames;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.Cors;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.QueryRequests;
import io.mpstream.streamer.http.request.TokenCheck;
import io.mpstream.streamer.http.request.TraceFields;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.PumpLoops;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Limits;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.HttpUpgradeListener;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.protocol.version13.Hybi13Handshake;
import io.undertow.websockets.spi.AsyncWebSocketHttpServerExchange;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v1/ws}: many streams on one connection (RFC 6455). I/O threads. */
public final class WebSocketHandler {
    /** The sub-protocol that is spoken. */
    static final String PROTOCOL = "mpstream.v1";

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketHandler.class);
    private static final HttpString PROTOCOLS = new HttpString("Sec-WebSocket-Protocol");
    private static final String WEBSOCKET = "websocket";

    private final Hub hub;
    private final Cors cors;
    private final HttpHandler handshake;
    /** The clients that are connected. */
    private final Set<WebSocketConnection> connections = ConcurrentHashMap.newKeySet();

    /** A handler that has no connections yet. */
    public WebSocketHandler(Hub hub, Limits limits, QueryRequests queries, Cors cors, TokenCheck tokens, PumpLoops loops) {
        this.hub = hub;
        this.cors = cors;
        Hybi13Handshake version13 = new Hybi13Handshake(Set.of(PROTOCOL), false);
        HttpUpgradeListener onConnect = (connection, exchange) -> {
            WebSocketFrames frames = WebSocketFrames.watch(connection, limits.bodyBytesMax());
            // Which Undertow takes the channel out of when it closes.
            Set<WebSocketChannel> siblings = new HashSet<>();
            AsyncWebSocketHttpServerExchange opened = new AsyncWebSocketHttpServerExchange(exchange, siblings);
            WebSocketChannel channel = version13.createChannel(opened, connection, opened.getBufferPool());
            WebSocketConnection client = new WebSocketConnection(channel, hub, limits, queries, tokens, Caller.of(exchange), TraceFields.of(exchange), loops.of(channel.getIoThread()));
            frames.tell(client::refuse);
            connections.add(client);
            channel.addCloseTask(closed -> connections.remove(client));
            client.begin();
        };
        this.handshake = new WebSocketProtocolHandshakeHandler(List.of(version13), onConnect);
    }

    /** The server is being stopped. Any thread. */
    public void drain() {
        connections.forEach(WebSocketConnection::drain);
    }

    /** Opens a WebSocket, or refuses to. */
    public void handle(HttpServerExchange exchange) {
        hub.drain().requireServing();
        if (!exchange.isHttp11() || !exchange.getRequestMethod().equals(Methods.GET)
                || !WEBSOCKET.equalsIgnoreCase(exchange.getRequestHeaders().getFirst(Headers.UPGRADE))) {
            Problems.problem(exchange, StatusCodes.UPGRADE_REQUIRED, "this is a WebSocket, over HTTP/1.1");
            return;
        }
        String offered = exchange.getRequestHeaders().getFirst(PROTOCOLS);
        if (offered == null || Arrays.stream(offered.split(",")).noneMatch(each -> each.strip().equals(PROTOCOL))) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "the sub-protocol here is " + PROTOCOL);
        }
        if (cors.isForeign(exchange)) {
            throw new HttpProblem(StatusCodes.FORBIDDEN, "pages of this origin may not connect");
        }
        try {
            handshake.handleRequest(exchange);
        } catch (Exception e) {
            LOG.debug("a handshake failed", e);
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "the handshake is not one of RFC 6455");
        }
    }
}
