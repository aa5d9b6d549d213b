package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the JDK has for HTTP, in both versions over TLS, and for WebSockets. */
@Timeout(120)
class JavaClientIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static List<HttpClient> clients;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--tls-self-signed");
        clients = List.of(client(HttpClient.Version.HTTP_1_1), client(HttpClient.Version.HTTP_2));
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(Trusting.context()).connectTimeout(PATIENCE).build();
    }

    @AfterAll
    static void stop() {
        clients.forEach(HttpClient::shutdownNow);
    }

    @Test
    void textIsReadInTheVersionThatWasChosen() throws Exception {
        for (HttpClient client : clients) {
            HttpResponse<String> response = client.send(request("say 醒醒，Neo 😀", ""), HttpResponse.BodyHandlers.ofString());
            assertEquals("醒醒，Neo 😀\n", response.body());
            assertEquals(client.version(), response.version());
        }
    }

    @Test
    void textIsReadWhileItIsWritten() throws Exception {
        for (HttpClient client : clients) {
            HttpResponse<InputStream> response = client.send(request("say begun | hang", ""),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                assertEquals("begun", new String(body.readNBytes(5), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void failedAnswerIsAnException() {
        for (HttpClient client : clients) {
            assertThrows(IOException.class, () -> client.send(request(Steps.HALF, ""), HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void largeTextIsWhole() throws Exception {
        for (HttpClient client : clients) {
            assertEquals(Steps.kibibytes(3_000) + "\n",
                    client.send(request("kibibytes 3000", ""), HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    @Test
    void manyEventStreamsRunSideBySide() {
        String all = IntStream.range(0, 10).mapToObj(i -> i + ";").collect(Collectors.joining());
        for (HttpClient client : clients) {
            List<String> bodies = IntStream.range(0, 50).mapToObj(i -> client.sendAsync(request("number 0 10 20", "?format=sse"),
                    HttpResponse.BodyHandlers.ofLines()).thenApply(response -> response.body().filter(line -> line.startsWith("data: "))
                            .map(line -> line.substring(6)).filter(line -> !line.startsWith("{")).collect(Collectors.joining())))
                    .toList().stream().map(each -> each.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()).toList();
            bodies.forEach(body -> assertEquals(all, body));
        }
    }

    @Test
    void queryIsPosted() throws Exception {
        for (HttpClient client : clients) {
            HttpRequest post = HttpRequest.newBuilder(server.address().resolve("/v1/streams")).timeout(PATIENCE).header("Content-Type", "text/plain")
                    .header("Accept", "text/plain").POST(HttpRequest.BodyPublishers.ofString("say 醒\n?")).build();
            HttpResponse<String> response = client.send(post, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            assertEquals("醒\n?\n", response.body());
        }
    }

    @Test
    void webSocketIsSpoken() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = clients.getFirst().newWebSocketBuilder().subprotocols("mpstream.v1").connectTimeout(PATIENCE)
                .buildAsync(URI.create("wss://" + server.address().getAuthority() + "/v1/ws"), new Collecting(messages)).join();
        assertEquals("mpstream.v1", socket.getSubprotocol());
        socket.sendText("{\"ask\":{\"ref\":\"a\",\"query\":\"say 醒醒\"}}", true).join();
        StringBuilder all = new StringBuilder();
        while (!all.toString().contains("\"outcome\":\"completed\"")) {
            String message = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            all.append(message);
            assertTrue(message.contains("\"ref\":\"a\""), message);
        }
        assertTrue(all.toString().contains("{\"ref\":\"a\",\"text\":\"醒醒\",\"offset\":6}"), all.toString());
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertEquals("closed 1000", messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private record Collecting(BlockingQueue<String> messages, StringBuilder part) implements WebSocket.Listener {
        private Collecting(BlockingQueue<String> messages) {
            this(messages, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean isLast) {
            part.append(text);
            if (isLast) {
                messages.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            messages.add("closed " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            messages.add(error.toString());
        }
    }

    private static HttpRequest request(String query, String options) {
        return HttpRequest.newBuilder(server.address().resolve("/" + Wire.encode(query) + options)).timeout(PATIENCE).build();
    }
}
