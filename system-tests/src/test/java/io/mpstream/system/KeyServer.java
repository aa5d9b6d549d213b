package io.mpstream.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/** Publishes keys (RFC 7517), as an issuer does, or an attacker; counts who asks, and can keep them waiting. */
final class KeyServer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int WAIT_S = 30;

    private final int port;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile List<Map<String, Object>> keys = List.of();
    /** Lets answers out. */
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private HttpServer server;

    KeyServer() {
        port = RunningServer.freePort();
        up();
    }

    /** In order, at the same place each time. */
    void up() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            if (!gate.await(WAIT_S, TimeUnit.SECONDS)) {
                return;
            }
            byte[] body = JSON.writeValueAsBytes(Map.of("keys", keys));
            exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on these are the keys. */
    void publish(List<Map<String, Object>> published) {
        keys = published;
    }

    /** From now on this is the only key. */
    void publish(Map<String, Object> published) {
        publish(List.of(published));
    }

    String url() {
        return "http://localhost:" + port + "/keys.json";
    }

    /** How often it was asked. */
    int asked() {
        return asked.get();
    }

    /** From now on those who ask wait. */
    void hang() {
        gate = new CountDownLatch(1);
    }

    /** They wait no more. */
    void goOn() {
        gate.countDown();
    }

    /** Out of order: nobody listens. */
    void down() {
        goOn();
        server.stop(0);
    }

    @Override
    public void close() {
        down();
    }
}
