package io.mpstream.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Where the page of resources/clients comes from, and where it tells what it has seen: another origin than the streamer's. */
final class PageServer implements AutoCloseable {
    private static final int PATIENCE_S = 60;

    private final HttpServer server;
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

    PageServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/page.html", exchange -> answer(exchange, 200, Files.readAllBytes(ClientProgram.source("page.html"))));
        server.createContext("/seen", exchange -> take(exchange, seen));
        server.createContext("/report", exchange -> take(exchange, reports));
        server.createContext("/", exchange -> answer(exchange, 404, new byte[] {'?'}));
        server.start();
    }

    private static void take(HttpExchange exchange, BlockingQueue<String> queue) throws IOException {
        queue.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        answer(exchange, 200, new byte[] {'.'});
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", exchange.getRequestURI().getPath().endsWith(".html") ? "text/html" : "text/plain");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** As the browser knows it. */
    String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** The first text that the page has seen. */
    String awaitSeen() {
        return await(seen);
    }

    /** What the page says at its end. */
    String awaitReport() {
        return await(reports);
    }

    private static String await(BlockingQueue<String> queue) {
        try {
            String next = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the page says nothing");
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
