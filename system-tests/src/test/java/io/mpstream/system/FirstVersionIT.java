package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data folder that the first version of the records was written into, until both processes were killed: an answer that was whole, one that
 * had failed, one in the middle, a query that waited, and a feed that had run for more than a minute. They read as if nothing had changed.
 */
@Timeout(120)
class FirstVersionIT {
    private static final String WHOLE = "a8953cf10549fbf5632e2332112b5d3e";
    private static final String FAILED = "798f71d288f5803de55d88775c767d23";
    private static final String CUT = "1b5c9f1f7c6689d84e52e6a93e80e9b1";
    private static final String WAITING = "99a88d659d148de541176fb38b5d1ef7";
    private static final String FEED = "6a066e3501e930cd0cabcee4679fba47";
    private static final int SEGMENTS = 1_000;

    @TempDir
    static Path folder;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        unpack(folder.resolve("data"));
        server = RunningServer.start(folder, "--feed", "news=all", "--max-gen-len", Integer.toString(SEGMENTS), "--interval", "5ms",
                "--concurrency", "2", "--retain", "36500d");
    }

    private static void unpack(Path data) throws IOException {
        try (InputStream file = FirstVersionIT.class.getResourceAsStream("/journals/first-version.zip"); ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path path = data.resolve(entry.getName());
                Files.createDirectories(path.getParent());
                Files.copy(zip, path);
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What the responder that ships says. */
    private static String text(String query, int segments) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < segments; i++) {
            text.append(query).append(": 我是新消息，我叫Message ").append(i).append(". ");
        }
        return text.toString();
    }

    private static Viewer follow(String stream) {
        Viewer viewer = new Viewer(server, Shape.LINES);
        viewer.follow(stream, "").all();
        return viewer;
    }

    private static void assertWhole(String stream, String text) {
        try (Viewer viewer = follow(stream)) {
            assertEquals(text, viewer.text());
            assertEquals("completed", viewer.outcome());
        }
    }

    @Test
    void wholeAnswerIsRead() {
        assertWhole(WHOLE, text("whole 中", 3));
    }

    @Test
    void failedAnswerIsReadAndHasFailed() {
        try (Viewer viewer = follow(FAILED)) {
            assertEquals("half of ", viewer.text());
            assertEquals("failed", viewer.outcome());
        }
    }

    @Test
    void answerThatWasCutGoesOn() {
        assertWhole(CUT, "Hello, Neo! " + text("cut", SEGMENTS));
    }

    @Test
    void queryThatWaitedIsAnswered() {
        assertWhole(WAITING, "Hello, Neo! " + text("waits", SEGMENTS));
    }

    @Test
    void feedGoesOn() {
        assertWhole(FEED, text("all", SEGMENTS));
    }

    @Test
    void keyStandsForTheSameStream() {
        Requests requests = Requests.to(server);
        String again = requests.send("POST", "/v1/streams?on-disconnect=continue&user=Neo", "cut", "Content-Type: text/plain", "Idempotency-Key: k1").body();
        assertTrue(again.contains(CUT), again);
        assertEquals(422, requests.send("POST", "/v1/streams?user=Neo", "other", "Content-Type: text/plain", "Idempotency-Key: k2").status());
    }
}
