package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Behind nginx as it comes: its buffering is on, and the server's own header is what turns it off. Skipped where there is no nginx. */
@Timeout(120)
class NginxIT {
    private static final int SEGMENTS = 30;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    @AutoClose
    private static Nginx nginx;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        ClientProgram.assumeInstalled("nginx", "nginx-light");
        server = RunningServer.start(folder, "--responder", Steps.responder());
        nginx = new Nginx(folder, server, "");
        port = nginx.port();
    }

    @Test
    void textArrivesWhileItIsWrittenAndWithoutGaps() throws IOException {
        assertSteady("", "");
    }

    @Test
    void eventsArriveWhileTheyAreWrittenAndWithoutGaps() throws IOException {
        assertSteady("?format=sse", "data: ");
    }

    @Test
    void linesArriveWhileTheyAreWrittenAndWithoutGaps() throws IOException {
        assertSteady("?format=ndjson", "\"text\":\"");
    }

    /** Each segment comes before the next one is written, whatever stands around it. */
    private static void assertSteady(String options, String before) throws IOException {
        try (Wire wire = new Wire(port)) {
            Path gate = Files.createTempDirectory(folder, "gates").resolve("gate-");
            String[] steps = IntStream.range(0, SEGMENTS).mapToObj(i -> Steps.of("say " + i + ";", "await " + gate + i)).toArray(String[]::new);
            wire.get("/" + Wire.encode(Steps.of(steps)) + options);
            Wire.Response head = wire.head();
            assertEquals(200, head.status());
            assertNull(head.header("Content-Length"));
            StringBuilder seen = new StringBuilder();
            for (int i = 0; i < SEGMENTS; i++) {
                while (!seen.toString().contains(before + i + ";")) {
                    seen.append(wire.chunk());
                }
                Steps.open(Path.of(gate + Integer.toString(i)));
            }
        }
    }

    @Test
    void firstCharactersArriveBeforeTheEnd() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.ask("say begun | hang");
            assertEquals(200, wire.head().status());
            StringBuilder seen = new StringBuilder();
            while (seen.length() < "begun".length()) {
                seen.append(wire.chunk());
            }
            assertEquals("begun", seen.toString());
        }
    }

    @Test
    void largeTextIsWhole() {
        try (Wire wire = new Wire(port)) {
            // Without chunks, which nginx cuts inside characters.
            wire.send("GET /kibibytes%203000?unit=any HTTP/1.0\r\nHost: localhost\r\n\r\n").head();
            String text = new String(wire.rest().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            assertTrue(text.equals(Steps.kibibytes(3_000) + "\n"), text.length() + " characters");
        }
    }

    @Test
    void everyCharacterArrivesInOrder() {
        try (Wire wire = new Wire(port)) {
            assertEquals(Steps.numbers(0, 200) + "\n", wire.ask("number 0 200 1").response().body());
        }
    }

    @Test
    void failedAnswerIsABrokenTransfer() {
        try (Wire wire = new Wire(port)) {
            Wire.Response response = wire.ask(Steps.HALF).response();
            assertEquals("half", response.body());
            assertTrue(!response.isWhole(), "a failed answer looks whole");
        }
    }

    @Test
    void clientThatLeavesIsNoticed() throws IOException {
        Path file = folder.resolve("left");
        try (Wire wire = new Wire(port)) {
            wire.get("/" + Wire.encode(Steps.hang(file, "x")) + "?on-disconnect=cancel");
            wire.head();
            assertEquals("x", wire.chunk());
        }
        Steps.awaitCancelled(file);
    }
}
