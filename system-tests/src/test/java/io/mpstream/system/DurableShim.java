package io.mpstream.system;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Lets clients of Durable Streams that also create and write streams meet a server that only has them read: PUT asks a {@link DictatedResponder}, which
 * writes what is put and posted. All other requests go to the server as they are, but for the stream's name. The media type of a text is the one that
 * it was created with.
 */
final class DurableShim implements AutoCloseable {
    private static final String PATH = "/v1/stream/";
    private static final String DURABLE = "/v1/durable" + PATH;
    private static final String CLOSED = "Stream-Closed";
    private static final String NEXT_OFFSET = "Stream-Next-Offset";
    /** What belongs to a connection, and what the client here sets itself. */
    private static final Set<String> HOP = Set.of("connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade", "date", ":status");
    private static final int WAIT_S = 20;

    private final RunningServer server;
    private final Requests requests;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Written> streams = new ConcurrentHashMap<>();
    private final ServerSocket responders;
    private final HttpServer http;

    /** A stream that was created here. */
    private final class Written {
        private final CompletableFuture<Socket> responder = new CompletableFuture<>();
        private final String mediaType;
        private volatile String stream;
        private volatile String offset = "0000000000000000";

        Written(String mediaType) {
            this.mediaType = mediaType;
        }

        /** Has this written, and the answer end then if it is the last; returns when whoever reads finds it so. */
        synchronized void append(byte[] bytes, boolean isLast) throws IOException {
            DataOutputStream out = new DataOutputStream(responder.join().getOutputStream());
            if (bytes.length > 0) {
                out.writeInt(bytes.length);
                out.write(bytes);
            }
            if (isLast) {
                out.writeInt(-1);
            }
            String next = "%016d".formatted(Long.parseLong(offset) + bytes.length);
            boolean isThere = false;
            while (!isThere) {
                Wire.Response poll = requests.get(DURABLE + stream + "?live=long-poll&offset=" + offset);
                offset = poll.header(NEXT_OFFSET);
                isThere = offset.equals(next) && (!isLast || poll.header(CLOSED) != null);
                if (!isThere && poll.status() > 204) {
                    throw new IOException(poll.status() + " " + poll.body());
                }
            }
        }
    }

    DurableShim(RunningServer server) {
        this.server = server;
        this.requests = Requests.to(server);
        try {
            responders = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::meetResponders);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    /** What clients take for the base URL of a server of Durable Streams. */
    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void meetResponders() {
        while (!responders.isClosed()) {
            try {
                Socket socket = responders.accept();
                streams.get(new DataInputStream(socket.getInputStream()).readUTF()).responder.complete(socket);
            } catch (IOException e) {
                // It is closed, or one has gone.
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String name = path.startsWith(PATH) ? path.substring(PATH.length()) : "";
        try (exchange) {
            switch (exchange.getRequestMethod()) {
                case "PUT" -> create(exchange, name);
                case "POST" -> append(exchange, name);
                default -> pass(exchange, name);
            }
        }
    }

    private static boolean isLast(HttpExchange exchange) {
        return "true".equalsIgnoreCase(exchange.getRequestHeaders().getFirst(CLOSED));
    }

    private void create(HttpExchange exchange, String name) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Written fresh = new Written(exchange.getRequestHeaders().getFirst("Content-Type"));
        boolean isNew = streams.putIfAbsent(name, fresh) == null;
        Written written = streams.get(name);
        if (isNew) {
            written.stream = requests.ask(responders.getLocalPort() + " " + name);
            await(written.responder);
            if (body.length > 0 || isLast(exchange)) {
                written.append(body, isLast(exchange));
            }
        }
        exchange.getResponseHeaders().set("Location", url() + PATH + name);
        answer(exchange, isNew ? 201 : 200, written);
    }

    private static void await(CompletableFuture<Socket> responder) {
        responder.orTimeout(WAIT_S, TimeUnit.SECONDS).join();
    }

    private void append(HttpExchange exchange, String name) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Written written = streams.get(name);
        if (written == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        written.append(body, isLast(exchange));
        answer(exchange, 204, written);
    }

    private static void answer(HttpExchange exchange, int status, Written written) throws IOException {
        exchange.getResponseHeaders().set(NEXT_OFFSET, written.offset);
        if (status != 204 && written.mediaType != null) {
            exchange.getResponseHeaders().set("Content-Type", written.mediaType);
        }
        exchange.sendResponseHeaders(status, -1);
    }

    private void pass(HttpExchange exchange, String name) throws IOException {
        Written written = streams.get(name);
        String query = exchange.getRequestURI().getRawQuery();
        URI target = URI.create("http://localhost:" + server.address().getPort() + DURABLE + (written == null ? name : written.stream) + (query == null ? "" : "?" + query));
        HttpRequest.Builder request = HttpRequest.newBuilder(target).method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
        exchange.getRequestHeaders().forEach((field, values) -> {
            if (!HOP.contains(field.toLowerCase())) {
                values.forEach(value -> request.header(field, value));
            }
        });
        try {
            HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            passBack(exchange, written, response);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void passBack(HttpExchange exchange, Written written, HttpResponse<InputStream> response) throws IOException {
        Headers fields = exchange.getResponseHeaders();
        response.headers().map().forEach((field, values) -> {
            if (!HOP.contains(field.toLowerCase())) {
                fields.put(field, values);
            }
        });
        if (written != null && written.mediaType != null && String.valueOf(fields.getFirst("Content-Type")).startsWith("text/plain")) {
            fields.set("Content-Type", written.mediaType);
        }
        boolean hasBody = response.statusCode() != 204 && response.statusCode() != 304 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.statusCode(), hasBody ? 0 : -1);
        if (!hasBody) {
            return;
        }
        byte[] bytes = new byte[64 * 1024];
        try (InputStream in = response.body(); OutputStream out = exchange.getResponseBody()) {
            // As it comes.
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                out.write(bytes, 0, read);
                out.flush();
            }
        }
    }

    @Override
    public void close() {
        http.stop(0);
        client.shutdownNow();
        try {
            responders.close();
            for (Written written : streams.values()) {
                if (written.responder.isDone() && !written.responder.isCompletedExceptionally()) {
                    written.responder.join().close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
