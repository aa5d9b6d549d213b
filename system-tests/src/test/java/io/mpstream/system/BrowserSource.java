package io.mpstream.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An {@code EventSource} as browsers have it (HTML, section 9.2): it comes back after any end of a response and any error of the network,
 * and is dead for good after any status but 200. Over a raw socket; played by a thread of its own.
 */
final class BrowserSource implements AutoCloseable {
    private static final long PATIENCE_MS = 60_000;

    private final int port;
    private final String target;
    private final Thread thread;
    private final StringBuilder text = new StringBuilder();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile Socket socket;
    private volatile String lastId = "";
    private volatile long retryMs = 3_000;
    private volatile int status;
    private volatile boolean isClosed;
    /** When it comes back next, or has come back last. */
    private volatile long backNs;

    BrowserSource(int port, String target) {
        this.port = port;
        this.target = target;
        this.thread = Thread.ofVirtual().start(this::play);
    }

    private void play() {
        while (!isClosed) {
            try (Socket opened = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket = opened;
                request(opened);
            } catch (ConnectException e) {
                // Nobody listens: it tries again.
            } catch (IOException e) {
                // Cut: it comes back.
            }
            if (!isClosed) {
                backNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(retryMs);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(retryMs));
            }
        }
    }

    private void request(Socket opened) throws IOException {
        String id = lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n";
        // HTTP/1.0, so that no chunks are to be taken apart.
        opened.getOutputStream().write(("GET " + target + " HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n" + id + "\r\n").getBytes(StandardCharsets.US_ASCII));
        BufferedReader in = new BufferedReader(new InputStreamReader(opened.getInputStream(), StandardCharsets.UTF_8));
        String head = in.readLine();
        if (head == null) {
            return;
        }
        status = Integer.parseInt(head.split(" ")[1]);
        boolean isEvents = false;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            isEvents |= line.equalsIgnoreCase("Content-Type: text/event-stream");
        }
        if (status != 200 || !isEvents) {
            isClosed = true;
            return;
        }
        events(in);
    }

    /** As the standard interprets a stream: a new response begins without an id. */
    private void events(BufferedReader in) throws IOException {
        String id = "";
        String name = "";
        StringBuilder data = new StringBuilder();
        for (String line = in.readLine(); line != null && !isClosed; line = in.readLine()) {
            int colon = line.indexOf(':');
            String value = line.substring(Math.min(line.length(), colon + 2));
            switch (colon < 0 ? line : line.substring(0, colon)) {
                case "" -> {
                    if (line.isEmpty()) {
                        lastId = id;
                        dispatch(name, data);
                        name = "";
                        data.setLength(0);
                    }
                }
                case "id" -> id = value;
                case "event" -> name = value;
                case "retry" -> retryMs = Long.parseLong(value);
                default -> data.append(value).append('\n');
            }
        }
    }

    private void dispatch(String name, StringBuilder data) {
        if (data.isEmpty()) {
            return;
        }
        if (name.isEmpty()) {
            text.append(data, 0, data.length() - 1);
        } else {
            events.add(name + " " + data.toString().strip());
        }
        if (name.equals("end") || name.equals("failed")) {
            isClosed = true;
        }
    }

    /** Its connection breaks. */
    void cut() throws IOException {
        socket.close();
    }

    /** Waits until it is over; returns its text. */
    String whole() throws InterruptedException {
        if (!thread.join(java.time.Duration.ofMillis(PATIENCE_MS))) {
            throw new AssertionError("still open after " + events);
        }
        return text.toString();
    }

    List<String> events() {
        return events;
    }

    /** The status of the last response. */
    int status() {
        return status;
    }

    /** For how long it waits before it comes back, as the server has told it. */
    long retryMs() {
        return retryMs;
    }

    /** When it comes back next, or has come back last. */
    long backNs() {
        return backNs;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // It is closed.
        }
    }
}
