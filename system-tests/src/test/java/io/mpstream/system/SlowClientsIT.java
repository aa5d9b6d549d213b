package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients that send a byte a second, or begin and never go on: each is let go in time, and nobody waits for them. */
@Timeout(90)
@Isolated("it measures what slow clients do to others")
class SlowClientsIT {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";
    /** The beginning of a TLS record that holds a ClientHello, and of that. */
    private static final String CLIENT_HELLO = "\26\3\1\2\0\1\0\1\374\3\3";
    private static final int EACH = 20;
    private static final Shortened HEAD = new Shortened(Bound.HEAD, "4s");
    private static final long SECONDS_MAX = HEAD.seconds() + 10;

    @TempDir
    Path folder;
    @TempDir
    Path secured;

    /** What is sent at once; after that it goes on with a byte a second. */
    private record Slow(String beginning) {
    }

    @Test
    @Tag("long")
    void slowClientsAreLetGoInTimeAndNobodyWaitsForThem() throws Exception {
        List<Slow> kinds = List.of(new Slow("GET /say%20x HTTP/1.1\r\nHost: localhost\r\nX-Slow: "), new Slow("G"),
                new Slow(PREFACE + SETTINGS + "\0\1\0\1\4\0\0\0\1\0"), new Slow(PREFACE + SETTINGS + "\0\1\0\1\0\0\0\0\1\202\204"),
                new Slow(PREFACE + "\0\1\0\4\0\0\0\0\0"));
        List<Slow> handshakes = List.of(new Slow(""), new Slow(CLIENT_HELLO));
        try (RunningServer secure = RunningServer.start(secured, HEAD.asShipped(), "--responder", "echo", "--tls-self-signed");
                RunningServer server = RunningServer.start(folder, HEAD.asShipped(), "--responder", Steps.responder())) {
            Bystander.Times before = Bystander.alone(server, "say x");
            try (Bystander bystander = Bystander.of(server, "say x")) {
                Together.play((kinds.size() + handshakes.size()) * EACH, i -> {
                    int kind = i / EACH;
                    if (kind < kinds.size()) {
                        assertLetGo(server, kinds.get(kind));
                    } else {
                        assertLetGo(secure, handshakes.get(kind - kinds.size()));
                    }
                });
                Bystander.Times during = bystander.times();
                System.out.println("SlowClientsIT: before " + before + "; during " + during);
                assertTrue(during.isWithin(before, 4, 50), "before " + before + "; during " + during);
            }
        }
    }

    private static void assertLetGo(RunningServer server, Slow slow) throws IOException {
        long startNs = System.nanoTime();
        List<String> got = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            Thread reader = Thread.ofVirtual().start(() -> got.add(rest(socket)));
            socket.getOutputStream().write(slow.beginning().getBytes(StandardCharsets.ISO_8859_1));
            while (reader.isAlive() && secondsSince(startNs) <= SECONDS_MAX) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                if (!slow.beginning().isEmpty()) {
                    socket.getOutputStream().write('x');
                }
            }
        } catch (SocketException e) {
            // Closed, as it should be.
        }
        assertTrue(secondsSince(startNs) <= SECONDS_MAX, "open after " + SECONDS_MAX + " s: " + slow.beginning() + " -> " + got);
    }

    private static String rest(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long secondsSince(long startNs) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
    }
}
