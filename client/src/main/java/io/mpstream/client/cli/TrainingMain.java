package io.mpstream.client.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Has the command line do what it mostly does, with a server that only this process has: run.sh records which classes that takes, for faster starts. */
public final class TrainingMain {
    private static final String STREAM = "0".repeat(32);
    private static final String LINES = """
            {"queued":{"place":1,"estimateMs":1200}}
            {"started":true}
            {"text":"wake up","offset":7}
            {"end":{"outcome":"completed","offset":7,"sha256":"73a342884bb68061a62a14721577091b4fb23459e40cfa75ec03040404186db5","notes":{"finish_reason":"stop"}}}
            """;
    private static final String LIST = "{\"streams\":[{\"id\":\"" + STREAM + "\",\"query\":\"q\",\"user\":\"\",\"state\":\"started\",\"offset\":0,"
            + "\"acceptedAt\":\"2026-01-01T00:00:00.123Z\",\"startedAt\":null,\"endedAt\":null}],\"next\":null}";

    private TrainingMain() {
    }

    /** Runs all of it, and ends the process. */
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/readyz", "text/plain", "ready\n");
        answer(server, "/v1/stream", "application/x-ndjson", LINES);
        answer(server, "/v1/streams/list", "application/json", LIST);
        server.start();
        String address = "http://localhost:" + server.getAddress().getPort();
        Map<String, String> environment = Map.of("MPSTREAM_URL", address, "MPSTREAM_TOKEN", "token");
        InputStream in = new ByteArrayInputStream("wake up\n".getBytes(StandardCharsets.UTF_8));
        for (List<String> line : List.of(List.of("ask"), List.of("ask", "--json", "--attribute", "a=b", "-"), List.of("follow", "--offset", "0", STREAM), List.of("health"))) {
            ClientMain.run(line, environment, in);
        }
        ClientMain.run(List.of("ls"), Map.of("MPSTREAM_URL", address + "/v1/streams/list"), in);
        server.stop(0);
        System.exit(0);
    }

    private static void answer(HttpServer server, String path, String type, String body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Stream-Id", STREAM);
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
