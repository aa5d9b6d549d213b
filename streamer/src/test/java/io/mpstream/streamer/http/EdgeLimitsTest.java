package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.agent.Clock;
import io.mpstream.config.Refusal;
import io.mpstream.config.Settings;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.streamer.hub.DisconnectPolicy;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Limits;
import io.mpstream.streamer.hub.RequestAppender;
import io.mpstream.streamer.hub.Room;
import java.io.IOException;
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
    void busyPortIsRefusedByName() {
        launch(10, LONG_MS, LONG_MS);
        int port = URI.create(edge.address()).getPort();
        String message = assertThrows(Refusal.class, () -> launch(port, limits(10, LONG_MS, LONG_MS))).getMessage();
        assertTrue(message.contains("port " + port + " on localhost is in use"), message);
    }

    private void launch(int connectionsMax, int headTimeoutMs, int idleTimeoutMs) {
        edge = launch(0, limits(connectionsMax, headTimeoutMs, idleTimeoutMs));
    }

    private static HttpEdge launch(int port, Limits limits) {
        RequestAppender appender = new RequestAppender(new MemoryJournal<>(RequestCodec::new).appender(), ROOM);
        Hub hub = new Hub(new MemoryJournal<>(FrameCodec::new), appender, limits, CANCEL, Map.of(), Clock.SYSTEM);
        return HttpEdge.launch(Settings.of("--server-port", Integer.toString(port)), hub, limits, null, null);
    }

    private static Limits limits(int connectionsMax, int headTimeoutMs, int idleTimeoutMs) {
        Limits usual = Limits.of(Settings.of());
        return new Limits(usual.queriesMax(), usual.queryBytesMax(), usual.uriBytesMax(), usual.headerBytesMax(), usual.headBytesMax(),
                usual.userBytesMax(), connectionsMax, usual.bodyBytesMax(), usual.keyBytesMax(), usual.streamsMax(), usual.memoryBytes(),
                usual.windowBytes(), usual.aheadBytes(), usual.countsUsers(), usual.accountStreamsMax(), usual.accountAsksMax(), usual.accountBytesMax(), usual.retain(), usual.producerGraceNs(), headTimeoutMs, idleTimeoutMs);
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
