package io.mpstream.streamer.http;

import io.mpstream.config.Refusal;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Limits;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.xnio.Options;

/** The HTTP server: listens, and hands requests to the hub. */
public final class HttpEdge implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024 - 20;
    private static final int BUFFERS_POOLED_MAX = 4096;
    private static final int BUFFERS_A_THREAD = 12;
    private static final int BACKLOG = 4096;
    private static final int SHUTDOWN_TIMEOUT_MS = 2_000;
    /** Bodies are never read; what a client sends all the same is drained up to here, or the connection is closed. */
    private static final long BODY_BYTES_MAX = 64 * 1024;

    private final Undertow server;
    private final String host;

    private HttpEdge(Undertow server, String host) {
        this.server = server;
        this.host = host;
    }

    /**
     * Listens.
     *
     * @param port 0 for any free one
     * @throws Refusal if the address cannot be listened on, saying why
     */
    public static HttpEdge launch(String host, int port, Hub hub, Limits limits) {
        Undertow server = Undertow.builder()
                .addHttpListener(port, host)
                .setHandler(new Routes(hub, limits, new AskHandler(hub, limits)))
                .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, BUFFERS_POOLED_MAX, BUFFERS_A_THREAD))
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setSocketOption(Options.CONNECTION_HIGH_WATER, limits.connectionsMax())
                .setSocketOption(Options.CONNECTION_LOW_WATER, limits.connectionsMax())
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, limits.headBytesMax())
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, BODY_BYTES_MAX)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, limits.headTimeoutMs())
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, limits.idleTimeoutMs())
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, SHUTDOWN_TIMEOUT_MS)
                // Its buffer would hold streamed bytes back.
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                // Decoding is strict, and ours: a bad byte gets an answer that says which.
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
                .setServerOption(UndertowOptions.ALLOW_UNKNOWN_PROTOCOLS, false)
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            throw refusal(host, port, e);
        }
        return new HttpEdge(server, host);
    }

    private static Refusal refusal(String host, int port, RuntimeException e) {
        return switch (e.getCause() == null ? e : e.getCause()) {
            case BindException bind when String.valueOf(bind.getMessage()).contains("in use") ->
                    new Refusal("port " + port + " on " + host + " is in use; choose another with --server-port", e);
            case SocketException socket -> new Refusal("cannot listen on " + host + " port " + port + ": " + socket.getMessage(), e);
            case UnknownHostException _ -> new Refusal("there is no address " + host + "; choose another with --server-ip", e);
            default -> throw e;
        };
    }

    /** Where clients find it. */
    public String address() {
        InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Closes all connections. */
    @Override
    public void close() {
        server.stop();
    }
}
