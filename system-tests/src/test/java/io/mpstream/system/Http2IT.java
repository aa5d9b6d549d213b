package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 in clear text, by prior knowledge and frame by frame: what a proxy speaks to the server, and what an attacker may try. */
@Timeout(120)
class Http2IT {
    /** What a stalled stream takes: less than the server has at once. */
    private static final int NARROW = 1_000;
    private static final int STREAMS_MAX = 250;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--on-disconnect", "200ms", "--ahead-bytes", "64KiB",
                "--query-bytes-max", "15KiB");
    }

    @Test
    void textEndsWithALineFeedAndTrailers() throws Exception {
        String text = "醒醒，Neo aé\u0000 👩‍👩‍👧‍👦 \uD834\uDD1E";
        try (Http2Wire wire = connect()) {
            Http2Wire.Answer answer = wire.whole(wire.ask("say " + text));
            assertEquals(200, answer.status());
            assertEquals(text + "\n", answer.body());
            assertTrue(answer.isWhole());
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            assertEquals("completed", answer.trailers.get("stream-outcome"));
            assertEquals(Integer.toString(utf8.length), answer.trailers.get("stream-offset"));
            assertEquals("sha-256=:" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(utf8)) + ":",
                    answer.trailers.get("stream-digest"));
        }
    }

    @Test
    void headIsTheSameAsOverHttp1ButForWhatIsOfTheConnection() {
        try (Http2Wire wire = connect()) {
            var headers = wire.whole(wire.ask("say x")).headers;
            String id = headers.get("stream-id");
            assertTrue(id.matches("[0-9a-f]{32}"), id);
            assertEquals("</v1/stream/" + id + ">; rel=\"self\"", headers.get("link"));
            assertEquals("text/plain; charset=utf-8", headers.get("content-type"));
            assertEquals("no-store, no-transform", headers.get("cache-control"));
            assertEquals("no", headers.get("x-accel-buffering"));
            assertEquals("nosniff", headers.get("x-content-type-options"));
            for (String forbidden : List.of("transfer-encoding", "connection", "keep-alive", "upgrade", "content-length")) {
                assertNull(headers.get(forbidden), forbidden);
            }
        }
    }

    @Test
    void eventsCarryTheirPlaceAndEndWithAnEnd() {
        try (Http2Wire wire = connect()) {
            Http2Wire.Answer answer = wire.whole(wire.get("/say%20x?format=sse"));
            String id = answer.headers.get("stream-id");
            assertEquals("text/event-stream", answer.headers.get("content-type").split(";")[0]);
            assertTrue(answer.body().startsWith("retry: 1000\n: mpstream\n"), answer.body());
            assertTrue(answer.body().contains("\nid: " + id + ":1\ndata: x\n\n"), answer.body());
            assertTrue(answer.body().contains("\nid: " + id + ":1:end\nevent: end\ndata: {\"outcome\":\"completed\""), answer.body());
            assertTrue(answer.isWhole());
            Http2Wire.Answer resumed = wire.whole(wire.get("/v1/stream/" + id, "accept", "text/event-stream", "last-event-id", id + ":1:end"));
            assertEquals(204, resumed.status());
        }
    }

    @Test
    void textArrivesWhileItIsWritten() {
        try (Http2Wire wire = connect()) {
            int stream = wire.ask("say begun | hang");
            wire.readUntil(() -> wire.answer(stream).body().equals("begun"));
            assertFalse(wire.answer(stream).isOver());
        }
    }

    @Test
    void manyStreamsOfOneConnectionRunSideBySide() {
        try (Http2Wire wire = connect()) {
            int[] streams = IntStream.range(0, STREAMS_MAX).map(i -> wire.ask("number 0 5 20")).toArray();
            for (int stream : streams) {
                assertEquals("0;1;2;3;4;\n", wire.whole(stream).body());
            }
        }
    }

    @Test
    void failedAnswerIsAResetAndTheConnectionGoesOn() {
        try (Http2Wire wire = connect()) {
            for (int i = 0; i < 20; i++) {
                Http2Wire.Answer failed = wire.whole(wire.ask(Steps.HALF));
                assertTrue(failed.isReset(), "a failed answer looks whole: " + failed.body());
                assertTrue(failed.trailers.isEmpty(), failed.trailers.toString());
                assertEquals("next\n", wire.whole(wire.ask("say next")).body());
            }
        }
    }

    @Test
    void failureIsToldInEventsWhichEndProperly() {
        try (Http2Wire wire = connect()) {
            Http2Wire.Answer answer = wire.whole(wire.get("/" + Wire.encode(Steps.HALF) + "?format=sse"));
            assertTrue(answer.isWhole());
            assertTrue(answer.body().contains("event: failed\n"), answer.body());
        }
    }

    @Test
    void streamWhoseWindowIsFullStallsAloneAndLaterGetsEverything() {
        try (Http2Wire wire = new Http2Wire(port(), NARROW)) {
            int stalled = wire.ask("kibibytes 500");
            wire.readUntil(() -> wire.answer(stalled).length() == NARROW);
            for (int i = 0; i < 50; i++) {
                assertEquals(i + "\n", wire.whole(wire.ask("say " + i)).body());
            }
            assertEquals(NARROW, wire.answer(stalled).length());
            wire.widen(stalled, NARROW);
            wire.readUntil(() -> wire.answer(stalled).length() == 2 * NARROW);
            wire.widen(stalled, Http2Wire.WIDE);
            assertEquals(Steps.kibibytes(500) + "\n", wire.whole(stalled).body());
            assertEquals("completed", wire.answer(stalled).trailers.get("stream-outcome"));
        }
    }

    @Test
    void manyStreamsThatTakeALittleAtATimeGetEverything() {
        try (Http2Wire wire = new Http2Wire(port(), NARROW)) {
            int[] streams = IntStream.range(0, 20).map(i -> wire.ask("kibibytes 20")).toArray();
            for (int round = 1; round <= 25; round++) {
                int taken = round * NARROW;
                for (int stream : streams) {
                    Http2Wire.Answer answer = wire.answer(stream);
                    wire.readUntil(() -> answer.isOver() || answer.length() == taken);
                    if (!answer.isOver()) {
                        wire.widen(stream, NARROW);
                    }
                }
            }
            for (int stream : streams) {
                assertEquals(Steps.kibibytes(20) + "\n", wire.whole(stream).body());
            }
        }
    }

    @Test
    void stalledStreamThatIsResetIsNoticedAtOnce() {
        Path file = folder.resolve("stalled");
        try (Http2Wire wire = new Http2Wire(port(), NARROW)) {
            int stalled = wire.get("/" + Wire.encode(Steps.of("told " + file, "endless")) + "?on-disconnect=cancel");
            wire.readUntil(() -> wire.answer(stalled).length() == NARROW);
            wire.reset(stalled);
            Steps.awaitCancelled(file);
            assertEquals("next\n", wire.whole(wire.ask("say next")).body());
        }
    }

    @Test
    void idleStreamThatIsResetIsNoticedAtOnce() {
        Path file = folder.resolve("idle");
        try (Http2Wire wire = connect()) {
            int idle = begin(wire, file);
            wire.reset(idle);
            Steps.awaitCancelled(file);
            assertEquals("next\n", wire.whole(wire.ask("say next")).body());
        }
    }

    @Test
    void clientThatVanishesHasLeftAllItsStreams() {
        List<Path> files = IntStream.range(0, 5).mapToObj(i -> folder.resolve("vanished-" + i)).toList();
        try (Http2Wire wire = new Http2Wire(port(), NARROW)) {
            files.forEach(file -> begin(wire, file));
            int stalled = wire.get("/" + Wire.encode(Steps.of("told " + folder.resolve("vanished-stalled"), "endless")) + "?on-disconnect=cancel");
            wire.readUntil(() -> wire.answer(stalled).length() == NARROW);
        }
        files.forEach(Steps::awaitCancelled);
        Steps.awaitCancelled(folder.resolve("vanished-stalled"));
    }

    @Test
    void clientThatResetsAsFastAsItCanIsShownOutAndOthersGoOn() {
        for (String target : List.of("/say%20x", "/" + Wire.encode("say x | hang"), "/say%20x?format=sse")) {
            try (Http2Wire other = connect()) {
                int running = other.ask("number 0 20 20");
                assertEquals(ENHANCE_YOUR_CALM, resetRapidly(target, 2_000), target);
                assertTrue(other.whole(running).isWhole());
                assertServes();
            }
        }
    }

    private static int resetRapidly(String target, int count) {
        try (Http2Wire wire = connect()) {
            try {
                for (int i = 0; i < count; i++) {
                    wire.reset(wire.get(target));
                    if (i % 50 == 0) {
                        wire.ping();
                    }
                }
            } catch (UncheckedIOException e) {
                // It has been closed.
            }
            return wire.rest();
        }
    }

    @Test
    void clientThatResetsNowAndThenIsNotShownOut() {
        try (Http2Wire wire = connect()) {
            for (int i = 0; i < 300; i++) {
                wire.reset(wire.ask("say x"));
            }
            assertEquals("next\n", wire.whole(wire.ask("say next")).body());
        }
    }

    @Test
    void headThatNeverEndsClosesTheConnection() {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        while (fields.size() < 16_000) {
            Hpack.write("x-more", "y".repeat(100), fields);
        }
        try (Http2Wire wire = connect()) {
            // All buffers between hold less than this.
            assertTrue(continueHead(wire, fields.toByteArray(), 2_000) < 2_000);
        }
        assertServes();
    }

    @Test
    void headOfEmptyPiecesHoldsNobodyUp() {
        try (Http2Wire wire = connect()) {
            continueHead(wire, new byte[0], 100_000);
            assertServes();
        }
    }

    /** Sends pieces of a head that never ends; returns how many were taken. */
    private static int continueHead(Http2Wire wire, byte[] piece, int pieces) {
        int stream = wire.nextStream();
        wire.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, stream, wire.fields("/say%20x"));
        for (int i = 0; i < pieces; i++) {
            try {
                wire.frame(Http2Wire.CONTINUATION, 0, stream, piece);
            } catch (UncheckedIOException e) {
                return i;
            }
        }
        return pieces;
    }

    @Test
    void headInTwoFramesIsReadWhicheverWayTheyArrive() {
        for (int i = 0; i < 20; i++) {
            try (Http2Wire wire = connect()) {
                assertEquals("x\n", wire.whole(inTwoFrames(wire, 8_000, 8_000)).body());
            }
        }
    }

    @Test
    void headThatIsTooLargeGetsADefiniteAnswerAndTheConnectionGoesOn() {
        try (Http2Wire wire = connect()) {
            Http2Wire.Answer refused = wire.whole(inTwoFrames(wire, 10_000, 10_000));
            // The frames may be looked at one by one, as they come: the first alone is not too large.
            assertTrue(refused.isReset() || refused.status() == 431 || refused.body().equals("x\n"), refused.headers.toString());
            assertEquals("next\n", wire.whole(wire.ask("say next")).body());
        }
    }

    private static int inTwoFrames(Http2Wire wire, int first, int second) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        Hpack.write("x-second", "y".repeat(second), rest);
        int stream = wire.nextStream();
        wire.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, stream, wire.fields("/say%20x", "x-first", "x".repeat(first)));
        wire.frame(Http2Wire.CONTINUATION, Http2Wire.END_HEADERS, stream, rest.toByteArray());
        return stream;
    }

    @Test
    void oneStreamTooManyIsRefusedAndTheOthersGoOn() {
        Path file = folder.resolve("one-too-many");
        try (Http2Wire wire = connect()) {
            assertEquals(STREAMS_MAX, wire.streamsMax());
            int[] streams = IntStream.range(0, STREAMS_MAX).map(i -> begin(wire, file)).toArray();
            Http2Wire.Answer refused = wire.whole(wire.ask("say x"));
            assertTrue(refused.reset() == REFUSED_STREAM || refused.status() == 429, refused.headers.toString());
            assertFalse(wire.answer(streams[0]).isOver());
            wire.reset(streams[0]);
            Awaitility.await().until(() -> wire.whole(wire.ask("say next")).body().equals("next\n"));
            assertFalse(wire.answer(streams[1]).isOver());
        }
    }

    @Test
    void badRequestsAreAnsweredOnTheirStreamAlone() {
        try (Http2Wire wire = connect()) {
            assertEquals(400, wire.whole(wire.get("/%zz")).status());
            assertEquals(400, wire.whole(wire.get("/%FF")).status());
            assertEquals(404, wire.whole(wire.get("/v1/nothing")).status());
            // Longer than a query may be, short enough for one frame.
            assertEquals(414, wire.whole(wire.get("/v1/ask?q=" + "x".repeat(16_300))).status());
            assertEquals(426, wire.whole(wire.get("/v1/ws")).status());
            assertEquals("next\n", wire.whole(wire.ask("say next")).body());
        }
    }

    @Test
    void clientThatOffersToUpgradeIsAnswered() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> response = client.send(HttpRequest.newBuilder(server.address().resolve("/say%20x"))
                        .timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
                assertEquals("x\n", response.body(), response.version().toString());
            }
        }
    }

    private static int port() {
        return server.address().getPort();
    }

    private static Http2Wire connect() {
        return new Http2Wire(port(), Http2Wire.WIDE);
    }

    /** Asks for an answer that says x and waits for ever; returns when it has said it. */
    private static int begin(Http2Wire wire, Path file) {
        int stream = wire.get("/" + Wire.encode(Steps.hang(file, "x")) + "?on-disconnect=cancel");
        wire.readUntil(() -> wire.answer(stream).body().equals("x"));
        return stream;
    }

    private static void assertServes() {
        try (Http2Wire wire = connect(); Wire old = server.connect()) {
            assertEquals("next\n", wire.whole(wire.ask("say next")).body());
            assertEquals("next\n", old.ask("say next").response().body());
        }
    }
}
