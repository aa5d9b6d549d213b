package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where it listens, and what it says of that. */
@Timeout(120)
class ListenIT {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    Path folder;

    private static boolean hasIpv6() {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return any.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static String ask(Socket socket, String host, int port, String sent) throws IOException {
        try (socket) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port), 5_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void localhostIsBothAlsoWithAFreePort() throws IOException {
        assumeTrue(hasIpv6(), "no IPv6 here");
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo", "--server-port", "0")) {
            int port = server.address().getPort();
            assertEquals("localhost", server.address().getHost());
            for (String host : new String[] {"127.0.0.1", "::1"}) {
                assertTrue(ask(new Socket(), host, port, GET).startsWith("HTTP/1.1 200 "), host);
                assertTrue(ask(new Socket(), host, port, GET.replace("localhost", "[::1]:" + port)).startsWith("HTTP/1.1 200 "), host);
            }
        }
    }

    @Test
    void bracketsAreNoPartOfAnAddress() throws IOException {
        assumeTrue(hasIpv6(), "no IPv6 here");
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo", "--server-ip", "[::1]")) {
            assertEquals("[::1]", server.address().getHost());
            assertTrue(ask(new Socket(), "::1", server.address().getPort(), GET.replace("localhost", "[::1]")).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void addressThatStandsForAllIsToldAsOneThatCanBeUsed() throws IOException {
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo", "--server-ip", "0.0.0.0", "--allow-anonymous")) {
            assertEquals("localhost", server.address().getHost());
            assertTrue(ask(new Socket(), "127.0.0.1", server.address().getPort(), GET).startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void emptyLinesArePassedOverBehindTls() throws IOException {
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo", "--tls-self-signed")) {
            for (String lines : new String[] {"\r\n", "\r\n\r\n"}) {
                SSLSocket socket = (SSLSocket) Trusting.context().getSocketFactory().createSocket();
                String answer = ask(socket, "127.0.0.1", server.address().getPort(), lines + GET);
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
            try (Http2Wire wire = Http2Wire.secure(server.address().getPort())) {
                assertEquals("x\n", wire.whole(wire.ask("x")).body());
            }
        }
    }
}
