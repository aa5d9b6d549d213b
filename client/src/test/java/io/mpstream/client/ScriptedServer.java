package io.mpstream.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A server socket that answers each connection's one request as the test says, in the order of the connections, and breaks what it is told to break. */
final class ScriptedServer implements AutoCloseable {
    /** The stream of all that is asked here. */
    static final String STREAM = "36dab038c63ee5b33d03a262a8522f05";
    /** The head of a response whose body ends with the connection. */
    static final String LINES = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nStream-Id: " + STREAM + "\r\nConnection: close\r\n";

    /** What is done with one request. */
    interface Turn {
        void take(Socket socket, OutputStream out) throws Exception;
    }

    private final ServerSocket listener;
    private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    ScriptedServer(Turn... turns) throws IOException {
        this.turns.addAll(List.of(turns));
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Sends this and ends the connection in an orderly way. */
    static Turn say(String response) {
        return (socket, out) -> out.write(response.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends lines with their head. */
    static Turn lines(String... lines) {
        return say(LINES + "\r\n" + String.join("\n", lines) + "\n");
    }

    /** Refuses. */
    static Turn refuse(int status, String fields, String problem) {
        return say("HTTP/1.1 " + status + " No\r\nContent-Type: application/problem+json\r\nConnection: close\r\n" + fields + "\r\n" + problem);
    }

    URI address() {
        return URI.create("http://localhost:" + listener.getLocalPort());
    }

    /** What was sent to it, each with its head and body. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (Socket socket = accepted) {
            requests.add(read(new BufferedInputStream(socket.getInputStream())));
            Turn turn = turns.poll();
            if (turn != null) {
                turn.take(socket, socket.getOutputStream());
            }
        } catch (Exception e) {
            // The client has gone, or the test is over.
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (!request.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            request.append((char) next);
        }
        String length = request.toString().replaceAll("(?is).*content-length: (\\d+).*|.*", "$1");
        return request + new String(in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
