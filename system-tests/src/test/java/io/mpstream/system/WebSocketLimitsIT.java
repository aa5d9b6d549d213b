package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may open a WebSocket, what is too much on one, and that a client which does not read costs the others nothing. */
@Timeout(120)
class WebSocketLimitsIT {
    private static final String PROTOCOL = "Sec-WebSocket-Protocol: mpstream.v1";
    private static final int MESSAGE_BYTES_MAX = 1 << 20;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        // Heaps so small that what a stalled client is owed does not fit into them.
        server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", "-Xmx96m -XX:MaxDirectMemorySize=64m"),
                "--responder", Steps.responder(), "--on-disconnect", "200ms", "--ahead-bytes", "1MiB", "--memory-bytes", "4MiB",
                "--cors-origin", "https://friend.example");
    }

    @Test
    void pagesOfOtherOriginsMayNotConnect() {
        assertEquals(403, handshake(PROTOCOL, "Origin: https://foe.example"));
        assertEquals(403, handshake(PROTOCOL, "Origin: null"));
        assertEquals(403, handshake(PROTOCOL, "Origin: http://localhost.foe.example"));
        assertEquals(101, handshake(PROTOCOL, "Origin: https://friend.example"));
        assertEquals(101, handshake(PROTOCOL, "Origin: http://localhost"));
        assertEquals(101, handshake(PROTOCOL));
    }

    @Test
    void subProtocolMustBeOffered() {
        assertEquals(400, handshake());
        assertEquals(400, handshake("Sec-WebSocket-Protocol: chat"));
        try (Wire wire = server.connect()) {
            Wire.Response head = WebSocketWire.handshake(wire, "Sec-WebSocket-Protocol: chat, mpstream.v1");
            assertEquals(101, head.status());
            assertEquals("mpstream.v1", head.header("Sec-WebSocket-Protocol"));
        }
    }

    @Test
    void requestThatIsNoHandshakeIsRefused() {
        assertEquals(426, status("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals(405, status("POST /v1/ws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
        // Without a key, or of another version.
        int keyless = status("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" + PROTOCOL + "\r\n\r\n");
        assertTrue(keyless >= 400 && keyless < 500, Integer.toString(keyless));
        int old = status("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 7\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + PROTOCOL + "\r\n\r\n");
        assertTrue(old >= 400 && old < 500, Integer.toString(old));
    }

    private static int handshake(String... lines) {
        try (Wire wire = server.connect()) {
            return WebSocketWire.handshake(wire, lines).status();
        }
    }

    private static int status(String request) {
        try (Wire wire = server.connect()) {
            return wire.send(request).head().status();
        }
    }

    @Test
    void messageThatIsTooLargeCloses() {
        try (WebSocketWire wire = connect()) {
            wire.say("{'ask':{'ref':'a','query':'" + "x".repeat(MESSAGE_BYTES_MAX) + "'}}");
            assertEquals(1009, wire.closing());
        }
        try (WebSocketWire wire = connect()) {
            byte[] piece = "x".repeat(MESSAGE_BYTES_MAX / 8).getBytes(StandardCharsets.US_ASCII);
            try {
                wire.frame(WebSocketWire.TEXT, piece);
                for (int i = 0; i < 8; i++) {
                    wire.frame(WebSocketWire.CONTINUATION, piece);
                }
            } catch (UncheckedIOException e) {
                // Closed already.
            }
            assertEquals(1009, wire.closing());
        }
        assertServes();
    }

    @Test
    void messageInPiecesIsAMessageAndAPingIsAnswered() {
        try (WebSocketWire wire = connect()) {
            wire.frame(WebSocketWire.TEXT, "{\"ask\":{\"ref\":\"a\",".getBytes(StandardCharsets.UTF_8));
            wire.frame(WebSocketWire.LAST | WebSocketWire.PING, new byte[] {7});
            wire.frame(WebSocketWire.LAST | WebSocketWire.CONTINUATION, "\"query\":\"say x\"}}".getBytes(StandardCharsets.UTF_8));
            WebSocketWire.Frame pong = wire.frame();
            assertEquals(WebSocketWire.PONG, pong.opcode());
            assertArrayEquals(new byte[] {7}, pong.payload());
            assertEquals("x", wire.whole("a", "completed"));
        }
    }

    @Test
    void binaryMessagesAndTextThatIsNoneClose() {
        try (WebSocketWire wire = connect()) {
            wire.frame(WebSocketWire.LAST | WebSocketWire.BINARY, new byte[] {1, 2, 3});
            int code = wire.closing();
            assertTrue(code >= 1002 && code <= 1009, Integer.toString(code));
        }
        try (WebSocketWire wire = connect()) {
            wire.frame(WebSocketWire.LAST | WebSocketWire.TEXT, new byte[] {'"', (byte) 0xFF, '"'});
            assertEquals(1007, wire.closing());
        }
        assertServes();
    }

    @Test
    void whoSaysTooMuchIsClosed() {
        try (WebSocketWire wire = connect()) {
            try {
                for (int i = 0; i < 1_100; i++) {
                    wire.say("{}");
                }
            } catch (UncheckedIOException e) {
                // Closed already.
            }
            assertEquals(1008, wire.closing());
        }
        assertServes();
    }

    @Test
    void whoFollowsTooMuchIsClosedAndHasLeft() {
        try (WebSocketWire wire = connect()) {
            String stream = wire.ask("first", "number 0 1000000 50").next("first", "stream").asString();
            for (int i = 1; i < 250; i++) {
                wire.say("{'follow':{'ref':'" + i + "','stream':'" + stream + "'}}");
                assertNotNull(wire.next(Integer.toString(i), "stream"));
            }
            wire.say("{'follow':{'ref':'250','stream':'" + stream + "'}}");
            assertEquals(1008, wire.closing());
        }
        assertServes();
    }

    @Test
    void clientsThatDoNotReadHoldNobodyUpAndCostNoMemory() {
        long streamer = server.jvm("streamer").pid();
        List<WebSocketWire> stalled = new ArrayList<>();
        try (Wire fast = server.connect()) {
            fast.send("GET /kibibytes%2030000?unit=any HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            String stream = fast.head().header("Stream-Id");
            for (int i = 0; i < 10; i++) {
                WebSocketWire wire = new WebSocketWire(new Wire(server.address().getPort(), 4_096));
                stalled.add(wire);
                for (int ref = 0; ref < 10; ref++) {
                    wire.say("{'follow':{'ref':'" + ref + "','stream':'" + stream + "'}}");
                }
            }
            assertTrue(fast.rest().length() > 30_000 * 1024);
            assertServes();
            stalled.removeLast().close();
            // Of ten references it drops nine, and then it gets everything.
            WebSocketWire slow = stalled.getFirst();
            for (int ref = 1; ref < 10; ref++) {
                slow.say("{'leave':{'ref':'" + ref + "'}}");
            }
            assertEquals(Steps.kibibytes(30_000), slow.whole("0", "completed"));
            assertServes();
            assertEquals(streamer, server.jvm("streamer").pid(), "the streamer has died");
        } finally {
            stalled.forEach(WebSocketWire::close);
        }
    }

    @Test
    void clientThatAsksForMuchBeforeItReadsGetsItAll() {
        try (WebSocketWire wire = new WebSocketWire(new Wire(server.address().getPort(), 4_096))) {
            for (int i = 0; i < 40; i++) {
                wire.ask("much-" + i, "kibibytes 500");
            }
            assertServes();
            for (int i = 0; i < 40; i++) {
                assertEquals(Steps.kibibytes(500), wire.whole("much-" + i, "completed"));
            }
        }
    }

    private static WebSocketWire connect() {
        return new WebSocketWire(server.address().getPort());
    }

    private static void assertServes() {
        try (WebSocketWire wire = connect(); Wire http = server.connect()) {
            assertEquals("next", wire.ask("n", "say next").whole("n", "completed"));
            assertEquals("next\n", http.ask("say next").response().body());
        }
    }
}
