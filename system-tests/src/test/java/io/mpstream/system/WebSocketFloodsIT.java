package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frames that announce too much, and frames without end that say nothing. */
@Timeout(120)
class WebSocketFloodsIT {
    private static final int TOO_BIG = 1009;
    private static final int FRAMES_MAX = 1_000;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo");
    }

    private static WebSocketWire connect() {
        return new WebSocketWire(server.address().getPort());
    }

    /** A head alone, and no byte of what it announces. */
    private static byte[] head(int first, long length) {
        return ByteBuffer.allocate(14).put((byte) first).put((byte) 0xFF).putLong(length).putInt(0x01020304).array();
    }

    @Test
    void lengthIsRefusedBeforeItsBytesCome() {
        for (long length : new long[] {(1 << 20) + 1, 1L << 31, 1L << 32, Long.MAX_VALUE}) {
            for (int first : List.of(WebSocketWire.LAST | WebSocketWire.TEXT, WebSocketWire.TEXT)) {
                try (WebSocketWire wire = connect()) {
                    wire.send(head(first, length));
                    assertEquals(TOO_BIG, wire.closing(), Long.toString(length));
                }
            }
        }
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MIN_VALUE | 7}) {
            try (WebSocketWire wire = connect()) {
                wire.send(head(WebSocketWire.LAST | WebSocketWire.TEXT, length));
                assertEquals(1002, wire.closing(), Long.toString(length));
            }
        }
        assertServes();
    }

    @Test
    void piecesOfAMessageAreBoundedTogether() {
        byte[] piece = "x".repeat((1 << 20) / 3).getBytes(StandardCharsets.US_ASCII);
        try (WebSocketWire wire = connect()) {
            wire.frame(WebSocketWire.TEXT, piece);
            wire.frame(WebSocketWire.CONTINUATION, piece);
            wire.frame(WebSocketWire.CONTINUATION, piece);
            wire.send(head(WebSocketWire.CONTINUATION, 2));
            assertEquals(TOO_BIG, wire.closing());
        }
    }

    @Test
    void floodsOfFramesThatSayNothingAreClosed() {
        flood(WebSocketWire.LAST | WebSocketWire.TEXT, WebSocketWire.LAST | WebSocketWire.TEXT);
        flood(WebSocketWire.TEXT, WebSocketWire.CONTINUATION);
        flood(WebSocketWire.LAST | WebSocketWire.PING, WebSocketWire.LAST | WebSocketWire.PING);
        flood(WebSocketWire.LAST | WebSocketWire.PONG, WebSocketWire.LAST | WebSocketWire.PONG);
        assertServes();
    }

    private static void flood(int first, int following) {
        try (WebSocketWire wire = connect()) {
            try {
                wire.frame(first, new byte[0]);
                for (int i = 0; i < FRAMES_MAX + 100; i++) {
                    wire.frame(following, new byte[0]);
                }
            } catch (UncheckedIOException e) {
                // Closed already.
            }
            assertEquals(1008, wire.closing());
        }
    }

    @Test
    void asManyAsMayComeAreServed() {
        try (WebSocketWire wire = connect()) {
            wire.frame(WebSocketWire.TEXT, "{\"ask\":{\"ref\":\"a\",\"query\":\"".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < FRAMES_MAX * 2 / 5; i++) {
                wire.frame(WebSocketWire.CONTINUATION, new byte[0]);
                wire.frame(WebSocketWire.LAST | WebSocketWire.PONG, new byte[0]);
            }
            wire.frame(WebSocketWire.LAST | WebSocketWire.CONTINUATION, "x\"}}".getBytes(StandardCharsets.US_ASCII));
            assertEquals("x", wire.whole("a", "completed"));
        }
    }

    private static void assertServes() {
        try (WebSocketWire wire = connect()) {
            assertEquals("next", wire.ask("n", "next").whole("n", "completed"));
        }
    }
}
