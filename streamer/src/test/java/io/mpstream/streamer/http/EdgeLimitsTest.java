package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mpstream.agent.Clock;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.trace.Tracer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits on connections, with a real server and limits so small that they are met at once. */
class EdgeLimitsTest {
    private static final Room ROOM = new Room(() -> Long.MAX_VALUE, 0, Clock.SYSTEM);
    private static final DisconnectPolicy CANCEL = DisconnectPolicy.parse("cancel");
    private static final int SHORT_MS = 300;
    private static final int LONG_MS = 60_000;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";

    private HttpEdge edge;

    @AfterEach
    void stop() {
        if (edge != null) {
            edge.close();
        }
    }

    @Test
    void connectionBeyondTheLimitWaitsUntilAnotherHasGone() throws IOException {
        launch(2, LONG_MS, LONG_MS);
        Socket first = connect();
        assertEquals("alive", ask(first));
        try (Socket second = connect()) {
            assertEquals("alive", ask(second));
            try (Socket third = connect()) {
                third.setSoTimeout(SHORT_MS);
                assertThrows(SocketTimeoutException.class, () -> ask(third));
                first.close();
                third.setSoTimeout(LONG_MS);
                assertEquals("alive", answer(third));
            }
        }
    }

    @Test
    void idleConnectionIsClosedInTime() throws IOException {
        launch(10, LONG_MS, SHORT_MS);
        try (Socket idle = connect()) {
            assertEquals("alive", ask(idle));
            idle.setSoTimeout(LONG_MS);
            assertEquals(-1, idle.getInputStream().read());
        }
    }

    @Test
    void unfinishedHeadIsClosedInTime() throws IOException {
        launch(10, SHORT_MS, LONG_MS);
        try (Socket slow = connect()) {
            slow.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: x\r\nX-".getBytes(StandardCharsets.US_ASCII));
            slow.setSoTimeout(LONG_MS);
            assertEquals(-1, slow.getInputStream().read());
        }
    }

    @Test
    void bodyThatDoesNotComeIsClosedInTimeWhateverWasAnswered() throws IOException {
        launch(10, SHORT_MS, LONG_MS);
        for (String head : List.of("POST /v1/streams HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 10", "POST /x HTTP/1.1\r\nContent-Length: 1000",
                "GET /x HTTP/1.1\r\nContent-Length: 1000", "GET /healthz HTTP/1.1\r\nContent-Length: 10",
                "POST /v1/streams HTTP/1.1\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked")) {
            assertClosed(head + "\r\nHost: localhost\r\n\r\n1");
        }
    }

    @Test
    void http2ConnectionThatAsksNothingIsClosedInTime() throws IOException {
        launch(10, SHORT_MS, 2 * SHORT_MS);
        assertClosed(PREFACE);
        assertClosed(PREFACE.substring(0, 20));
        assertClosed(PREFACE + SETTINGS);
        assertClosed(PREFACE + SETTINGS.substring(0, 7));
    }

    @Test
    void http2HeadThatDoesNotEndIsClosedInTime() throws IOException {
        launch(10, SHORT_MS, LONG_MS);
        assertClosed(PREFACE + SETTINGS + "\0\0\4\1\1\0\0\0\1\202\204\206\0");
        assertClosed(PREFACE + SETTINGS + "\0\0\7\1\5\0\0\0\1\202\204\206");
    }

    private void assertClosed(String sent) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(LONG_MS / 4);
            try {
                socket.getInputStream().readAllBytes();
            } catch (SocketTimeoutException e) {
                throw new AssertionError("still open after " + sent, e);
            } catch (SocketException e) {
                // A reset is an end too.
            }
        }
    }

    @Test
    void emptyLinesBeforeARequestArePassedOver() throws IOException {
        launch(10, LONG_MS, LONG_MS);
        String get = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        String post = "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n\r\n";
        for (String sent : List.of("\r\n" + get, "\r\n\r\n\r\n" + get, get + "\r\n" + get, post + "\r\n" + get, get + get + "\r\n\r\n" + get)) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
                assertEquals("alive", answers(socket, sent.split("GET ", -1).length - 1), sent);
            }
            try (Socket socket = connect()) {
                socket.setTcpNoDelay(true);
                for (byte b : sent.getBytes(StandardCharsets.US_ASCII)) {
                    socket.getOutputStream().write(b);
                }
                assertEquals("alive", answers(socket, sent.split("GET ", -1).length - 1), "byte by byte " + sent);
            }
        }
        for (String sent : List.of("\n" + get, "\r" + get, "\r\n".repeat(9) + get, get + "\n" + get, get + "\r" + get, get + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "pri * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "PRI * HTTP/2.0\r\nX: y\r\n\r\nSM\r\n\r\n", "\r\nPRI /x HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
            assertClosed(sent);
        }
    }

    private static String answers(Socket socket, int count) throws IOException {
        socket.setSoTimeout(LONG_MS / 4);
        String last = "";
        for (int i = 0; i < count; i++) {
            last = answer(socket);
        }
        return last;
    }

    @Test
    void localhostIsListenedOnOverBothProtocols() throws IOException {
        launch(10, LONG_MS, LONG_MS);
        int port = URI.create(edge.address()).getPort();
        assertEquals("http://localhost:" + port, edge.address());
        for (String address : ListenAddress.of("localhost").addresses()) {
            try (Socket socket = new Socket(address, port)) {
                assertEquals("alive", ask(socket), address);
            }
        }
    }

    @Test
    void bothProtocolsShareTheBoundOnConnections() throws IOException {
        assumeTrue(ListenAddress.of("localhost").addresses().size() > 1, "no IPv6 here");
        launch(2, LONG_MS, LONG_MS);
        int port = URI.create(edge.address()).getPort();
        Socket first = new Socket("127.0.0.1", port);
        Socket second = new Socket("::1", port);
        try {
            assertEquals("alive", ask(first));
            assertEquals("alive", ask(second));
            try (Socket third = new Socket("::1", port); Socket fourth = new Socket("127.0.0.1", port)) {
                third.setSoTimeout(SHORT_MS);
                assertThrows(SocketTimeoutException.class, () -> ask(third));
                fourth.setSoTimeout(SHORT_MS);
                assertThrows(SocketTimeoutException.class, () -> ask(fourth));
                first.close();
                second.close();
                third.setSoTimeout(LONG_MS);
                fourth.setSoTimeout(LONG_MS);
                assertEquals("alive", answer(third));
                assertEquals("alive", answer(fourth));
            }
        } finally {
            first.close();
            second.close();
        }
    }

    @Test
    void portThatIsBusyOverOneProtocolIsBusy() throws IOException {
        assumeTrue(ListenAddress.of("localhost").addresses().size() > 1, "no IPv6 here");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            String message = assertThrows(StartupException.class, () -> launch(other.getLocalPort(), limits(10, LONG_MS, LONG_MS))).getMessage();
            assertTrue(message.contains("port " + other.getLocalPort() + " on localhost is in use"), message);
        }
    }

    @Test
    void addressesAreToldAsClientsCanUseThem() {
        assertEquals("localhost", ListenAddress.of("localhost").inUrl());
        for (String wildcard : List.of("0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0")) {
            assertEquals("localhost", ListenAddress.of(wildcard).inUrl(), wildcard);
        }
        assertEquals("[::1]", ListenAddress.of("[::1]").inUrl());
        assertEquals("[fe80::1%25lo]", ListenAddress.of("fe80::1%lo").inUrl());
        assertEquals("fe80::1", ListenAddress.of("fe80::1%lo").inCertificate());
        assertEquals("127.0.0.2", ListenAddress.of("127.0.0.2").inUrl());
        assertEquals(List.of("::1"), ListenAddress.of("[::1]").addresses());
    }

    @Test
    void busyPortIsRefusedByName() {
        launch(10, LONG_MS, LONG_MS);
        int port = URI.create(edge.address()).getPort();
        String message = assertThrows(StartupException.class, () -> launch(port, limits(10, LONG_MS, LONG_MS))).getMessage();
        assertTrue(message.contains("port " + port + " on localhost is in use"), message);
    }

    private void launch(int connectionsMax, int headTimeoutMs, int idleTimeoutMs) {
        edge = launch(0, limits(connectionsMax, headTimeoutMs, idleTimeoutMs));
    }

    private static HttpEdge launch(int port, Limits limits) {
        RequestAppender appender = new RequestAppender(new MemoryJournal<>(RequestCodec::new).appender(), ROOM);
        Hub hub = new Hub(new MemoryJournal<>(FrameCodec::new), appender, limits, CANCEL, Map.of(), Clock.SYSTEM, delayNs -> { }, Tracer.NONE);
        return HttpEdge.launch(Settings.of("--server-port", Integer.toString(port)), hub, null, limits, null, null);
    }

    private static Limits limits(int connectionsMax, int headTimeoutMs, int idleTimeoutMs) {
        Limits usual = Limits.of(Settings.of());
        return new Limits(usual.queriesMax(), usual.queriesBytesMax(), usual.queryBytesMax(), usual.uriBytesMax(), usual.headerBytesMax(), usual.headBytesMax(),
                usual.userBytesMax(), connectionsMax, usual.bodyBytesMax(), usual.keyBytesMax(), usual.streamsMax(), usual.memoryBytes(),
                usual.aheadBytes(), usual.countsUsers(), usual.accountStreamsMax(), usual.accountAsksMax(), usual.accountBytesMax(), usual.retain(), usual.producerGraceNs(), headTimeoutMs, idleTimeoutMs);
    }

    private Socket connect() throws IOException {
        return new Socket("localhost", URI.create(edge.address()).getPort());
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return answer(socket);
    }

    private static String answer(Socket socket) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith("alive\n")) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                return "closed after " + read;
            }
            read.append((char) b);
        }
        return "alive";
    }
}
