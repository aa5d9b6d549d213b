package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A raw WebSocket (RFC 6455) that reads only when the test says so. Used by one thread. */
final class WebSocketWire implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int LAST = 0x80;
    /** Header line that names the sub-protocol. */
    static final String PROTOCOL = "Sec-WebSocket-Protocol: mpstream.v1";

    private static final int MASKED = 0x80;
    private static final int SHORT = 126;
    private static final int LONG = 127;
    /** The server's pings would keep a test waiting for ever. */
    private static final long PATIENCE_S = 60;
    private static final JsonMapper JSON = new JsonMapper();

    private final Wire wire;
    private final long deadlineNs;
    private final Map<String, Queue<JsonNode>> unread = new HashMap<>();

    /** A frame that came in. */
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    WebSocketWire(int port) {
        this(new Wire(port));
    }

    /** On this connection, which has sent nothing yet; with more header lines. */
    WebSocketWire(Wire wire, String... lines) {
        this(wire, TimeUnit.SECONDS.toNanos(PATIENCE_S));
        String[] all = Arrays.copyOf(lines, lines.length + 1);
        all[lines.length] = PROTOCOL;
        assertEquals(101, handshake(wire, all).status());
    }

    private WebSocketWire(Wire wire, long patienceNs) {
        this.wire = wire;
        this.deadlineNs = System.nanoTime() + patienceNs;
    }

    /** On a connection that has become a WebSocket; it waits as long as the server pings. */
    static WebSocketWire opened(Wire wire) {
        return new WebSocketWire(wire, Long.MAX_VALUE / 2);
    }

    /** Asks for a WebSocket with these header lines and returns the answer. */
    static Wire.Response handshake(Wire wire, String... lines) {
        String key = Base64.getEncoder().encodeToString(Arrays.copyOf("any key at all".getBytes(StandardCharsets.US_ASCII), 16));
        wire.send("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: " + key + "\r\n" + String.join("", Arrays.stream(lines).map(line -> line + "\r\n").toList()) + "\r\n");
        return wire.head();
    }

    /** Says this, written with single quotes for double ones. */
    WebSocketWire say(String json) {
        frame(LAST | TEXT, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return this;
    }

    WebSocketWire ask(String ref, String query) {
        return say("{'ask':{'ref':'" + ref + "','query':'" + query + "'}}");
    }

    /** Sends a frame; the first byte is as on the wire. */
    void frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < SHORT) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (MASKED | SHORT)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | LONG)).putLong(payload.length);
        }
        byte[] mask = {1, 2, 3, 4};
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % mask.length]));
        }
        wire.send(Arrays.copyOf(frame.array(), frame.position()));
    }

    /** Sends bytes, whatever they are. */
    void send(byte[] raw) {
        wire.send(raw);
    }

    /** The next frame, other than a ping, which is answered. */
    Frame frame() {
        try {
            while (true) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new AssertionError("waited too long; there was something about " + unread.keySet());
                }
                int opcode = octet() & 0xF;
                int length = octet();
                length = length == SHORT ? (int) number(2) : length == LONG ? Math.toIntExact(number(8)) : length;
                byte[] payload = new byte[length];
                for (int i = 0; i < length; i++) {
                    payload[i] = (byte) octet();
                }
                if (opcode != PING) {
                    return new Frame(opcode, payload);
                }
                frame(LAST | PONG, payload);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int octet() throws IOException {
        int b = wire.read();
        if (b < 0) {
            throw new EOFException();
        }
        return b;
    }

    private long number(int octets) throws IOException {
        long number = 0;
        for (int i = 0; i < octets; i++) {
            number = number << 8 | octet();
        }
        return number;
    }

    static JsonNode parse(Frame frame) {
        return JSON.readTree(frame.payload());
    }

    /** The next message about this reference; those about others wait. For what has no reference it is an empty string. */
    JsonNode next(String ref) {
        Queue<JsonNode> waiting = unread.computeIfAbsent(ref, key -> new ArrayDeque<>());
        while (waiting.isEmpty()) {
            Frame frame = frame();
            assertEquals(TEXT, frame.opcode(), "instead of a message about '" + ref + "' came " + frame.text());
            JsonNode message = parse(frame);
            unread.computeIfAbsent(message.path("ref").asString(""), key -> new ArrayDeque<>()).add(message);
        }
        return waiting.remove();
    }

    /** The next message about this reference that has this field: its value. */
    JsonNode next(String ref, String field) {
        while (true) {
            JsonNode value = next(ref).get(field);
            if (value != null) {
                return value;
            }
        }
    }

    /** The status of the next error about this reference. */
    int error(String ref) {
        JsonNode message = next(ref);
        return message.path("error").path("status").asInt(0);
    }

    /** All text of this reference to its end, which must be of this outcome. */
    String whole(String ref, String outcome) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (true) {
            JsonNode message = next(ref);
            if (message.has("text")) {
                text.writeBytes(message.get("text").asString().getBytes(StandardCharsets.UTF_8));
            } else if (message.has("end")) {
                assertEquals(outcome, message.get("end").get("outcome").asString());
                return text.toString(StandardCharsets.UTF_8);
            } else if (message.has("error")) {
                throw new AssertionError(message.toString());
            }
        }
    }

    /** Reads until the server closes; returns the code. */
    int closing() {
        Frame frame = frame();
        while (frame.opcode() != CLOSE) {
            frame = frame();
        }
        return ByteBuffer.wrap(frame.payload()).getShort();
    }

    @Override
    public void close() {
        wire.close();
    }
}
