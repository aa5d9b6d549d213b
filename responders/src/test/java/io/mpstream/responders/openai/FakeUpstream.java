package io.mpstream.responders.openai;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A server that answers as a test says, to the byte: one script a request, the last one for all that follow. */
final class FakeUpstream implements AutoCloseable {
    static final String STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    private final ServerSocket server;
    private final List<Script> scripts;
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());

    /** Writes an answer; the connection ends when it returns. */
    interface Script {
        void answer(OutputStream out) throws Exception;
    }

    FakeUpstream(Script... scripts) {
        this.scripts = List.of(scripts);
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** An answer with these texts, after the head. */
    static Script texts(String... lines) {
        return out -> out.write((STREAM + String.join("\n\n", lines) + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    static String delta(String json) {
        return "data: {\"id\":\"1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":" + json + ",\"finish_reason\":null}]}";
    }

    String address() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    List<String> heads() {
        return heads;
    }

    List<String> bodies() {
        return bodies;
    }

    private void accept() {
        for (int i = 0; !server.isClosed(); i++) {
            try {
                Socket socket = server.accept();
                Script script = scripts.get(Math.min(i, scripts.size() - 1));
                Thread.ofVirtual().start(() -> serve(socket, script));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            heads.add(head.toString());
            bodies.add(new String(in.readNBytes(length(head.toString())), StandardCharsets.UTF_8));
            script.answer(socket.getOutputStream());
        } catch (Exception e) {
            // The client has gone, which is what some tests want.
            return;
        }
    }

    private static int length(String head) {
        return head.toLowerCase(Locale.ROOT).lines().filter(line -> line.startsWith("content-length:")).mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst().orElse(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
