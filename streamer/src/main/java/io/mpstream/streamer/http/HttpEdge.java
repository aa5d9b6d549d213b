package io.mpstream.streamer.http;

import io.mpstream.protocol.Query;
import io.mpstream.settings.Bound;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import io.mpstream.streamer.admission.QueryArchive;
import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.http.guard.ConnectionGuard;
import io.mpstream.streamer.http.guard.Http2Guard;
import io.mpstream.streamer.http.guard.Occupancy;
import io.mpstream.streamer.http.request.ClientAddresses;
import io.mpstream.streamer.http.request.Cors;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.session.Traffic;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;
import org.xnio.Sequence;

/** The HTTP server: listens, and hands requests to the hub. */
public final class HttpEdge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);
    private static final int BUFFER_BYTES = 16 * 1024 - 20;
    private static final int BUFFERS_POOLED_MAX = 4096;
    private static final int BUFFERS_A_THREAD = 12;
    private static final int BACKLOG = 4096;
    /** In the kernel, for each connection; its own choice grows to megabytes for a client that reads nothing. */
    private static final int SEND_BUFFER_BYTES = 128 * 1024;
    private static final int IO_THREADS_MIN = 2;
    private static final int PROCESSORS_AN_IO_THREAD = 4;
    private static final int SHUTDOWN_TIMEOUT_MS = 2_000;
    private static final int PORT_ATTEMPTS_MAX = 5;
    /** What a client sends beyond a body that is read is drained up to here, or the connection is closed. */
    private static final long ENTITY_BYTES_MAX = Query.BYTES_MAX + 256 * 1024;

    /** Undertow reads this once, when HTTP/2 is first spoken: bytes of a request's head that it takes. */
    private static final String HTTP2_HEAD_BYTES_MAX = "io.undertow.http2-max-header-size";

    /** For a year (RFC 6797). */
    private static final String TLS_ONLY = "max-age=31536000";
    /** With forward secrecy and authenticated encryption, all of them. */
    private static final Sequence<String> CIPHERS = Sequence.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Undertow server;
    private final Occupancy occupancy;
    private final Routes routes;
    private final ListenAddress address;
    private final boolean isTls;

    private HttpEdge(Undertow server, Occupancy occupancy, Routes routes, ListenAddress address, boolean isTls) {
        this.server = server;
        this.occupancy = occupancy;
        this.routes = routes;
        this.address = address;
        this.isTls = isTls;
    }

    /**
     * Listens where the settings say.
     *
     * @param archive       has the queries of streams
     * @param authenticator null where nobody must prove anything
     * @param timer         looks after the certificate
     * @throws StartupException if the address cannot or should not be listened on, or the certificate cannot be used, saying why
     */
    public static HttpEdge launch(Settings settings, Hub hub, QueryArchive archive, Limits limits, Authenticator authenticator,
            ScheduledExecutorService timer) {
        ListenAddress address = ListenAddress.of(settings.serverIp());
        requireClosed(settings, address);
        System.setProperty(HTTP2_HEAD_BYTES_MAX, Integer.toString(limits.headBytesMax()));
        TlsIdentity identity = settings.tlsCert().isPresent()
                ? TlsIdentity.of(settings.tlsCert().get(), settings.tlsKey().orElseThrow()) : null;
        SSLContext tls = identity != null ? identity.load() : settings.isTlsSelfSigned() ? TlsIdentity.selfSigned(address.inCertificate()) : null;
        Routes routes = routes(settings, hub, archive, limits, authenticator);
        Undertow server = listen(address, settings.serverPort(), tls, limits, handler(settings, routes));
        HttpEdge edge = new HttpEdge(server, ConnectionGuard.watch(server, limits, hub.clock()), routes, address, tls != null);
        if (identity != null) {
            long everyMs = Bound.CERTIFICATE_LOOK.time().toMillis();
            timer.scheduleWithFixedDelay(() -> edge.reload(identity), everyMs, everyMs, TimeUnit.MILLISECONDS);
        }
        return edge;
    }

    private static Undertow listen(ListenAddress address, int port, SSLContext tls, Limits limits, HttpHandler handler) {
        List<String> all = address.addresses();
        for (int attempt = 1; ; attempt++) {
            try {
                int chosen = port == 0 ? ListenAddress.freePort(all) : port;
                Undertow.Builder builder = builder(limits).setHandler(handler);
                all.forEach(each -> {
                    if (tls == null) {
                        builder.addHttpListener(chosen, each);
                    } else {
                        builder.addHttpsListener(chosen, each, tls);
                    }
                });
                Undertow server = builder.build();
                server.start();
                return server;
            } catch (IOException | RuntimeException e) {
                // A port that was free may have been taken meanwhile.
                if (port != 0 || all.size() == 1 || attempt == PORT_ATTEMPTS_MAX) {
                    throw refusal(address.host(), port, e);
                }
            }
        }
    }

    /** Whoever reaches the port may use it unless somebody must prove something: that is for this machine, or for those who say so. */
    static void requireClosed(Settings settings, ListenAddress address) {
        if (settings.auth().isRequired() || settings.auth().isAnonymousAllowed()) {
            return;
        }
        try {
            if (address.isLoopback()) {
                return;
            }
        } catch (UnknownHostException e) {
            // Told when it is listened on.
            return;
        }
        throw new StartupException("on " + settings.serverIp() + " anybody who reaches it could ask, follow and stop; say who may with --auth jwt,"
                + " or that anybody may with --allow-anonymous");
    }

    private static Routes routes(Settings settings, Hub hub, QueryArchive archive, Limits limits, Authenticator authenticator) {
        boolean isForHere = !settings.auth().isRequired() && !settings.auth().isAnonymousAllowed();
        return new Routes(hub, limits, settings.responders(), archive, isForHere ? ListenAddress.of(settings.serverIp()).host() : null,
                new Cors(settings.corsOrigins()), new ClientAddresses(settings.auth().proxies()), authenticator,
                settings.isPageOff() ? null : new PageHandler(authenticator != null));
    }

    private static HttpHandler handler(Settings settings, Routes routes) {
        // Not with a certificate that is made up: a browser that took it for this host would want it for all other servers there.
        return settings.tlsCert().isEmpty() ? routes : exchange -> {
            // When the head goes out: an error clears what was set before.
            exchange.addResponseCommitListener(same -> same.getResponseHeaders().put(Headers.STRICT_TRANSPORT_SECURITY, TLS_ONLY));
            routes.handleRequest(exchange);
        };
    }

    /**
     * Threads that read and write sockets. A round of the hub wakes each that has anything to write, so with one a processor many are woken for a
     * few bytes each, and an answer costs the more the more processors there are.
     */
    static int ioThreads(int processors) {
        return Math.min(processors, Math.max(IO_THREADS_MIN, processors / PROCESSORS_AN_IO_THREAD));
    }

    private static Undertow.Builder builder(Limits limits) {
        return Undertow.builder()
                .setIoThreads(ioThreads(Runtime.getRuntime().availableProcessors()))
                .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, BUFFERS_POOLED_MAX, BUFFERS_A_THREAD))
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setSocketOption(Options.SEND_BUFFER, SEND_BUFFER_BYTES)
                .setSocketOption(Options.CONNECTION_HIGH_WATER, limits.connectionsMax())
                .setSocketOption(Options.CONNECTION_LOW_WATER, limits.connectionsMax())
                .setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
                .setSocketOption(Options.SSL_ENABLED_CIPHER_SUITES, CIPHERS)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, limits.headBytesMax())
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, ENTITY_BYTES_MAX)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, limits.headTimeoutMs())
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, limits.idleTimeoutMs())
                .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, SHUTDOWN_TIMEOUT_MS)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setServerOption(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, Http2Guard.STREAMS_MAX)
                // Resets that are sent count too, and each answer that fails is one.
                .setServerOption(UndertowOptions.MAX_RST_FRAMES_PER_WINDOW, Http2Guard.DEPARTURES_MAX)
                // Its buffer would hold streamed bytes back.
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                // Decoding is strict, and ours: a bad byte gets an answer that says which.
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
                .setServerOption(UndertowOptions.ALLOW_UNKNOWN_PROTOCOLS, false);
    }

    /** Takes a certificate that has changed: new connections get it, those that are open go on. */
    private void reload(TlsIdentity identity) {
        if (!identity.hasChanged()) {
            return;
        }
        try {
            SSLContext tls = identity.load();
            server.getListenerInfo().forEach(listener -> listener.setSslContext(tls));
            LOG.info("the certificate was read again");
        } catch (RuntimeException e) {
            LOG.warn("the certificate has changed and cannot be used; the old one stays: {}", e.getMessage());
        }
    }

    private static StartupException refusal(String host, int port, Exception e) {
        return switch (e.getCause() == null ? e : e.getCause()) {
            case BindException bind when String.valueOf(bind.getMessage()).contains("in use") ->
                    new StartupException("port " + port + " on " + host + " is in use; choose another with --server-port", e);
            case SocketException socket -> new StartupException("cannot listen on " + host + " port " + port + ": " + socket.getMessage(), e);
            case UnknownHostException _ -> new StartupException("there is no address " + host + "; choose another with --server-ip", e);
            case IOException other -> new StartupException("cannot listen on " + host + " port " + port + ": " + other.getMessage(), e);
            default -> throw new IllegalStateException(e);
        };
    }

    /** Where clients find it. */
    public String address() {
        InetSocketAddress first = (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
        return (isTls ? "https://" : "http://") + address.inUrl() + ":" + first.getPort();
    }

    /** What sessions do, counted by I/O thread. Any thread. */
    public List<Traffic> traffic() {
        return routes.traffic();
    }

    /** Connections that are open. Any thread. */
    public int connections() {
        return occupancy.open();
    }

    /** The server is being stopped: connections that are idle may end. */
    public void drain() {
        routes.drain();
    }

    /** Accepts no more connections. */
    public void suspend() {
        occupancy.close();
    }

    /** Closes all connections. */
    @Override
    public void close() {
        server.stop();
    }
}
