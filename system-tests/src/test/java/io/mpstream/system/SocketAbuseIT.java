package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Frames that RFC 6455 forbids, and frames that only keep the server busy: each closes its own connection, with the code that says why. */
@Timeout(60)
class SocketAbuseIT {
    private static final int PROTOCOL_ERROR = 1002;
    private static final int INVALID_TEXT = 1007;
    private static final int POLICY = 1008;
    private static final int TOO_LARGE = 1009;
    /** The connection was closed without a farewell. */
    private static final int CUT = -1;
    private static final int MASKED = 0x80;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo");
    }

    @Test
    void framesOutOfOrderAreAProtocolError() {
        assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(WebSocketWire.LAST | WebSocketWire.CONTINUATION, utf8("x")));
        assertClosed(Set.of(PROTOCOL_ERROR), wire -> {
            wire.frame(WebSocketWire.TEXT, utf8("{"));
            wire.frame(WebSocketWire.LAST | WebSocketWire.TEXT, utf8("{}"));
        });
    }

    @Test
    void controlFramesAreShortAndWhole() {
        for (int opcode : List.of(WebSocketWire.PING, WebSocketWire.PONG, WebSocketWire.CLOSE)) {
            assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(opcode, utf8("x")));
            assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(WebSocketWire.LAST | opcode, new byte[126]));
        }
    }

    @Test
    void bitsAndOpcodesWithoutMeaningAreAProtocolError() {
        for (int bit : List.of(0x40, 0x20, 0x10)) {
            assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(WebSocketWire.LAST | bit | WebSocketWire.TEXT, utf8("{}")));
        }
        for (int opcode : List.of(3, 7, 11, 15)) {
            assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(WebSocketWire.LAST | opcode, utf8("x")));
        }
    }

    @Test
    void unmaskedFramesAreAProtocolError() {
        assertClosed(Set.of(PROTOCOL_ERROR), raw(WebSocketWire.LAST | WebSocketWire.TEXT, 2, '{', '}'));
    }

    @Test
    void lengthsThatLieAreRefused() {
        assertClosed(Set.of(TOO_LARGE), wire -> {
            raw(WebSocketWire.LAST | WebSocketWire.TEXT, MASKED | 127, 0x7F, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0).on(wire);
            wire.send("x".repeat(97 * 1024).getBytes(StandardCharsets.US_ASCII));
        });
        // The length alone is refused: no more of the message need come.
        Abuse oneTooMany = raw(WebSocketWire.LAST | WebSocketWire.TEXT, MASKED | 127, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0);
        assertClosed(Set.of(TOO_LARGE), oneTooMany);
        assertClosed(Set.of(TOO_LARGE), wire -> {
            wire.frame(WebSocketWire.TEXT, new byte[600 * 1024]);
            raw(WebSocketWire.LAST | WebSocketWire.CONTINUATION, MASKED | 127, 0, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0, 0).on(wire);
        });
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        for (byte[] bad : List.of(new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xC0, (byte) 0xAF}, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                new byte[] {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, new byte[] {'a', (byte) 0xE9, (byte) 0x86})) {
            assertClosed(Set.of(INVALID_TEXT), wire -> wire.frame(WebSocketWire.LAST | WebSocketWire.TEXT, bad));
        }
        assertClosed(Set.of(INVALID_TEXT), wire -> {
            wire.frame(WebSocketWire.TEXT, new byte[] {(byte) 0xE9});
            wire.frame(WebSocketWire.LAST | WebSocketWire.CONTINUATION, utf8("x"));
        });
    }

    @Test
    void farewellsThatAreNoneAreAProtocolError() {
        for (int code : List.of(0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)) {
            assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(WebSocketWire.LAST | WebSocketWire.CLOSE, ByteBuffer.allocate(2).putShort((short) code).array()));
        }
        assertClosed(Set.of(PROTOCOL_ERROR), wire -> wire.frame(WebSocketWire.LAST | WebSocketWire.CLOSE, new byte[1]));
        assertClosed(Set.of(PROTOCOL_ERROR, INVALID_TEXT), wire -> wire.frame(WebSocketWire.LAST | WebSocketWire.CLOSE, new byte[] {3, (byte) 0xE8, (byte) 0xFF}));
    }

    @Test
    void clientThatSaysNothingButPingIsShownOut() {
        assertClosed(Set.of(POLICY), wire -> flood(wire, 20_000, WebSocketWire.LAST | WebSocketWire.PING, utf8("ping")));
    }

    @Test
    void messageInManyPiecesIsAMessageAndHarmsNobody() {
        try (WebSocketWire other = connect(); WebSocketWire wire = connect()) {
            wire.frame(WebSocketWire.TEXT, utf8("{\"ask\":{\"ref\":\"p\","));
            flood(wire, 500, WebSocketWire.CONTINUATION, new byte[0]);
            assertEquals("alive", other.ask("a", "alive").whole("a", "completed"));
            for (byte each : utf8("\"query\":\"in pieces\"}}")) {
                wire.frame(WebSocketWire.CONTINUATION, new byte[] {each});
            }
            wire.frame(WebSocketWire.LAST | WebSocketWire.CONTINUATION, new byte[0]);
            assertEquals("in pieces", wire.whole("p", "completed"));
        }
    }

    @Test
    void messageInPiecesWithoutEndIsShownOut() {
        assertClosed(Set.of(POLICY), wire -> {
            wire.frame(WebSocketWire.TEXT, utf8("{\"ask\":{\"ref\":\"p\","));
            flood(wire, 20_000, WebSocketWire.CONTINUATION, new byte[0]);
        });
    }

    @Test
    void burstOfAsksIsAnsweredUpToTheBound() {
        assertClosed(Set.of(POLICY), wire -> {
            for (int i = 0; i <= 1_000; i++) {
                wire.ask("r" + i, "hang");
            }
        });
    }

    private static void flood(WebSocketWire wire, int count, int first, byte[] payload) {
        for (int i = 0; i < count; i++) {
            wire.frame(first, payload);
        }
    }

    private interface Abuse {
        void on(WebSocketWire wire);
    }

    /** Frames as they are, byte by byte. */
    private static Abuse raw(int... bytes) {
        return wire -> {
            byte[] sent = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                sent[i] = (byte) bytes[i];
            }
            wire.send(sent);
        };
    }

    private static void assertClosed(Set<Integer> codes, Abuse abuse) {
        try (WebSocketWire other = connect(); WebSocketWire wire = connect()) {
            try {
                abuse.on(wire);
            } catch (UncheckedIOException e) {
                // It has heard enough.
            }
            int code = closing(wire);
            assertTrue(codes.contains(code) || code == CUT && codes.contains(POLICY), "closed with " + code + " instead of " + codes);
            assertEquals("alive", other.ask("a", "alive").whole("a", "completed"));
        }
    }

    private static WebSocketWire connect() {
        return new WebSocketWire(server.address().getPort());
    }

    private static int closing(WebSocketWire wire) {
        try {
            return wire.closing();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw new AssertionError("the connection is still open", e);
            }
            return CUT;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
