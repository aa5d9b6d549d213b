package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** curl, as the documents use it. */
@Timeout(120)
class CurlClientIT {
    private static final int PARTIAL_FILE = 18;
    private static final int HTTP2_STREAM = 92;
    private static final String[] VERSIONS = {"--http1.1", "--http2-prior-knowledge"};

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--on-disconnect", "200ms");
    }

    @Test
    void textIsPrintedAsItIs() {
        assertEquals("醒醒，Neo 😀\n", whole("--http1.1", url("say 醒醒，Neo 😀")));
        assertEquals("醒醒，Neo 😀\n", whole("--http2-prior-knowledge", url("say 醒醒，Neo 😀")));
        assertEquals("醒醒，Neo 😀\n", whole("--http2", url("say 醒醒，Neo 😀")));
        assertEquals("醒醒，Neo 😀\n", whole("--http1.0", url("say 醒醒，Neo 😀")));
        assertEquals("a b&c\n", whole("-G", "--data-urlencode", "q=say a b&c", server.address() + "/v1/ask"));
    }

    @Test
    void chunksOverHttp1AreOneCharacterEach() {
        assertEquals("3\r\n醒\r\n1\r\nx\r\n1\r\n\n\r\n0\r\n", whole("--http1.1", "--raw", url("say 醒x")).split("Stream-Outcome")[0]);
    }

    @Test
    void trailersAreSeenOverBothVersions() throws IOException {
        for (String version : VERSIONS) {
            Path fields = folder.resolve("fields");
            assertEquals("x\n", whole(version, "-D", fields.toString(), url("say x")));
            String seen = Files.readString(fields).toLowerCase(java.util.Locale.ROOT);
            assertTrue(seen.contains("\r\nstream-outcome: completed\r\n"), seen);
            assertTrue(seen.contains("\r\nstream-offset: 1\r\n"), seen);
            assertTrue(seen.contains("\r\nstream-digest: sha-256=:"), seen);
        }
    }

    @Test
    void failedAnswerIsAnErrorOfTheTransfer() {
        assertEquals(PARTIAL_FILE, exit("--http1.1", url(Steps.HALF)));
        assertEquals(HTTP2_STREAM, exit("--http2-prior-knowledge", url(Steps.HALF)));
        assertEquals(0, exit("--http1.1", url("say x")));
        assertEquals(0, exit("--http2-prior-knowledge", url("say x")));
    }

    @Test
    void firstCharactersArePrintedBeforeTheEnd() {
        for (String version : VERSIONS) {
            try (ClientProgram curl = ClientProgram.curl(version, url("say begun | hang"))) {
                curl.awaitOutput("begun"::equals);
                assertTrue(curl.isAlive());
            }
        }
    }

    @Test
    void longQueriesArriveOverBothVersions() {
        for (String version : VERSIONS) {
            // Over HTTP/2 as long as one frame holds the head.
            String text = "醒".repeat(version.contains("2") ? 1_600 : 4_000);
            for (int i = 0; i < 10; i++) {
                assertEquals(text + "\n", whole(version, url("say " + text)));
            }
        }
    }

    @Test
    void queryIsPostedAndItsAnswerStreamed() {
        for (String version : VERSIONS) {
            String events = whole(version, "-H", "Content-Type: text/plain", "-H", "Accept: text/event-stream", "--data-binary", "say a\nb",
                    server.address() + "/v1/streams");
            assertTrue(events.contains("\ndata: a\ndata: b\n\n"), events);
            assertTrue(events.contains("\nevent: end\n"), events);
            String json = whole(version, "-H", "Content-Type: application/json", "-d", "{\"query\":\"say x\"}", server.address() + "/v1/streams");
            assertTrue(json.matches("(?s)\\{.*\"[0-9a-f]{32}\".*\\}\\s*"), json);
        }
    }

    @Test
    void answerIsResumedWhereItWasCut() throws IOException {
        Path fields = folder.resolve("resumed");
        assertEquals("0;1;2;\n", whole("-D", fields.toString(), url("number 0 3 1")));
        String id = Files.readString(fields).lines().filter(line -> line.startsWith("Stream-Id: ")).findFirst().orElseThrow().substring(11).strip();
        assertEquals("1;2;\n", whole(server.address() + "/v1/stream/" + id + "?offset=2"));
        String events = whole("-H", "Last-Event-ID: " + id + ":4", "-H", "Accept: text/event-stream", server.address() + "/v1/stream/" + id);
        assertTrue(events.contains("\ndata: 2;\n\n"), events);
    }

    private static String url(String query) {
        return server.address() + "/" + Wire.encode(query);
    }

    private static String whole(String... args) {
        try (ClientProgram curl = ClientProgram.curl(args)) {
            return curl.whole();
        }
    }

    private static int exit(String... args) {
        try (ClientProgram curl = ClientProgram.curl(args)) {
            return curl.exit();
        }
    }
}
