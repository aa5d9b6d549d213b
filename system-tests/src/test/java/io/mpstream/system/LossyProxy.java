package io.mpstream.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on; of the first ones it takes what is asked, and breaks when the server answers. */
final class LossyProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int port;
    private final AtomicInteger left;

    LossyProxy(RunningServer server, int lost) {
        port = server.address().getPort();
        left = new AtomicInteger(lost);
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "http://localhost:" + listener.getLocalPort();
    }

    /** How many connections it would still break. */
    int left() {
        return Math.max(0, left.get());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofVirtual().start(() -> pass(client, server, false));
                Thread.ofVirtual().start(() -> pass(server, client, true));
            } catch (IOException e) {
                // It is closed, or one of them has gone.
            }
        }
    }

    private void pass(Socket from, Socket to, boolean isAnswer) {
        byte[] bytes = new byte[8_192];
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (isAnswer && left.getAndDecrement() > 0) {
                    return;
                }
                out.write(bytes, 0, read);
            }
        } catch (IOException e) {
            // Both are closed.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
