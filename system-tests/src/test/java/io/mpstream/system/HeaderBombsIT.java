package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Heads that are too much, as they come or once they are unpacked: each is refused, and none is kept. */
@Timeout(60)
class HeaderBombsIT {
    private static final int ROUNDS = 20;
    private static final long GROWTH_BYTES_MAX = 128L << 20;
    /** The first entry of the dynamic table, as a whole field (RFC 7541, section 6.1). */
    private static final int NEWEST = 0x80 | 62;
    private static final int REMEMBER = 0x40;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo");
    }

    @Test
    void tooManyFieldsAreRefused() {
        assertServed(fields(100, "X-", ": y"));
        assertRefused(fields(1_000, "X-", ": y"));
        assertRefused(fields(100_000, "X-", ": y"));
        assertRefused("X: y\r\n".repeat(5_000));
    }

    @Test
    void oneFieldThatIsTooLongIsRefused() {
        for (String name : new String[] {"X", "Cookie", "Authorization", "Last-Event-ID", "Idempotency-Key", "Accept", "Origin"}) {
            assertRefused(name + ": " + "y".repeat(17_000) + "\r\n");
            assertRefused(name + ": " + "y".repeat(2_000_000) + "\r\n");
        }
        assertRefused("X".repeat(17_000) + ": y\r\n");
        assertServed("Cookie: " + "a=b; ".repeat(2_000) + "c=d\r\n");
    }

    @Test
    void requestLineThatIsTooLongIsRefused() {
        for (String line : new String[] {"GET /" + "x".repeat(60_000), "GET /x?" + "a=b&".repeat(20_000), "G".repeat(200_000) + " /x", "GET /" + "x/".repeat(1_000_000)}) {
            assertStatus(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "4..");
        }
    }

    @Test
    void fieldsThatAreUnpackedToTooMuchAreRefused() {
        Footprint streamer = Footprint.ofStreamer(server);
        long memory = streamer.anonymousBytes();
        for (int round = 0; round < ROUNDS; round++) {
            assertBombRefused(() -> {
                // A field of 3,900 bytes that is remembered, and is named 10,000 times by a byte each: 39 MB.
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                ByteArrayOutputStream field = new ByteArrayOutputStream();
                Hpack.write("x-bomb", "y".repeat(3_900), field);
                block.write(REMEMBER);
                block.write(field.toByteArray(), 1, field.size() - 1);
                block.writeBytes(repeat(NEWEST, 10_000));
                return block.toByteArray();
            });
        }
        long grown = streamer.anonymousBytes() - memory;
        System.out.println("HeaderBombsIT: the streamer grew by " + (grown >> 20) + " MiB");
        assertTrue(grown < GROWTH_BYTES_MAX, "grew by " + grown);
    }

    @Test
    void fieldsThatAreNoneAreRefused() {
        // More fields than anybody needs; an entry that is not there; a table larger than was allowed; a number without end; a string longer than its block.
        assertBombRefused(() -> {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                Hpack.write("x-" + i, "", block);
            }
            return block.toByteArray();
        });
        assertBombRefused(() -> new byte[] {(byte) (0x80 | 100)});
        assertBombRefused(() -> new byte[] {0x3F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F});
        assertBombRefused(() -> repeat(0xFF, 100));
        assertBombRefused(() -> new byte[] {0, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 'x'});
    }

    /** The block comes after the fields of a good request. */
    private static void assertBombRefused(Supplier<byte[]> block) {
        try (Http2Wire wire = new Http2Wire(server.address().getPort(), Http2Wire.WIDE)) {
            int stream = wire.nextStream();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(wire.fields("/x"));
            all.writeBytes(block.get());
            wire.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM | Http2Wire.END_HEADERS, stream, all.toByteArray());
            try {
                wire.readUntil(() -> wire.answer(stream).isOver());
                assertTrue(wire.answer(stream).isReset() || wire.answer(stream).status() >= 400, "served: " + wire.answer(stream).headers);
            } catch (UncheckedIOException e) {
                // The whole connection was closed.
            }
        }
        try (Wire wire = server.connect()) {
            assertEquals("alive\n", wire.ask("alive").response().body());
        }
    }

    private static byte[] repeat(int b, int count) {
        byte[] bytes = new byte[count];
        java.util.Arrays.fill(bytes, (byte) b);
        return bytes;
    }

    private static String fields(int count, String before, String after) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fields.append(before).append(i).append(after).append("\r\n");
        }
        return fields.toString();
    }

    private static void assertServed(String fields) {
        assertStatus("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n", "200");
    }

    private static void assertRefused(String fields) {
        assertStatus("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n", "4..");
    }

    /** Or closed without a word, as what is sent on into a connection that is refused may be. */
    private static void assertStatus(String request, String status) {
        try (Wire wire = server.connect()) {
            try {
                wire.send(request);
            } catch (UncheckedIOException e) {
                // It has heard enough.
            }
            String answer = wire.rest();
            String shown = request.substring(0, Math.min(100, request.length())) + " -> " + answer;
            assertTrue(answer.isEmpty() && status.startsWith("4") || answer.matches("(?s)HTTP/1.1 " + status + " .*"), shown);
        }
    }
}
