package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One query, one answer, over two real processes and raw sockets. */
class MainJobIT {
    private static final int NONE = Integer.MIN_VALUE;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--on-disconnect", "200ms");
    }

    @Test
    void everyCodePointIsOneChunkAndTheEndIsALineFeedWithTrailers() throws Exception {
        String text = "醒醒，Neo aé\u0000\u007F 👩‍👩‍👧‍👦 e\u0301 \uD834\uDD1E\uDBFF\uDFFF";
        try (Wire wire = server.connect()) {
            Wire.Response response = wire.ask("say " + text).response();
            assertEquals(200, response.status());
            List<String> expected = new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            expected.add("\n");
            assertEquals(expected, response.chunks());
            assertEquals("text/plain; charset=utf-8", response.header("Content-Type"));
            assertEquals("Stream-Outcome, Stream-Offset, Stream-Digest", response.header("Trailer"));
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            assertEquals("completed", response.trailers().get("stream-outcome"));
            assertEquals(Integer.toString(utf8.length), response.trailers().get("stream-offset"));
            assertEquals("sha-256=:" + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(utf8)) + ":",
                    response.trailers().get("stream-digest"));
        }
    }

    @Test
    void headNamesTheStreamAndForbidsBufferingAndCaching() {
        try (Wire wire = server.connect()) {
            Wire.Response response = wire.ask("say x").response();
            String id = response.header("Stream-Id");
            assertTrue(id.matches("[0-9a-f]{32}"), id);
            assertEquals("</v1/stream/" + id + ">; rel=\"self\"", response.header("Link"));
            assertEquals("no-store, no-transform", response.header("Cache-Control"));
            assertEquals("no", response.header("X-Accel-Buffering"));
            assertEquals("nosniff", response.header("X-Content-Type-Options"));
        }
    }

    @Test
    void segmentsThatEndInsideASurrogatePairArriveWhole() {
        assertEquals("x😀👩‍👩‍👧‍👦中\n", answer("units x😀👩‍👩‍👧‍👦中"));
    }

    @Test
    void innerSlashesAndAnEscapedQuestionMarkAreText() {
        try (Wire wire = server.connect()) {
            assertEquals("a/b?c;d=e&f+g\n", wire.get("///say%20a/b%3Fc;d=e&f+g//").response().body());
        }
    }

    @Test
    void queryMayBeAnOptionAsInForms() {
        try (Wire wire = server.connect()) {
            assertEquals("a b+c\n", wire.get("/v1/ask?q=say+a+b%2Bc&unit=char&format=text").response().body());
            assertEquals("Neo;\n", wire.get("/v1/ask?q=user&user=Neo").response().body());
            assertEquals("Trinity;\n", wire.get("/user?user=Trinity").response().body());
        }
    }

    @Test
    void targetMayBeAbsoluteAsAProxySendsIt() {
        try (Wire wire = server.connect()) {
            wire.send("GET http://localhost/say%20a/b?user=me HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals("a/b\n", wire.response().body());
        }
    }

    @Test
    void textThatLooksLikeAnEndIsText() {
        assertEquals("<end>0\r\n\r\n\n", answer("say <end>0\r\n\r\n"));
    }

    @Test
    void headIsThatOfAGetAndStartsNothing() {
        Path file = folder.resolve("head-started-it");
        try (Wire wire = server.connect()) {
            wire.send("HEAD /" + Wire.encode("note " + file) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Wire.Response head = wire.head();
            assertEquals(200, head.status());
            assertEquals("text/plain; charset=utf-8", head.header("Content-Type"));
            assertNull(head.header("Stream-Id"));
            assertEquals("after\n", wire.ask("say after").response().body());
        }
    }

    @Test
    void connectionIsKeptAliveForTheNextQuery() {
        try (Wire wire = server.connect()) {
            for (int i = 0; i < 100; i++) {
                assertEquals(i + "\n", wire.ask("say " + i).response().body());
            }
        }
    }

    @Test
    void connectionIsKeptAliveAfterAnAnswerThatFilledTheSocket() {
        try (Wire wire = server.connect()) {
            String megabytes = Steps.kibibytes(2 << 10) + "\n";
            assertEquals(megabytes, wire.ask("kibibytes 2048").response().body());
            assertEquals("next\n", wire.ask("say next").response().body());
            assertEquals(megabytes, wire.ask("kibibytes 2048").response().body());
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        try (Wire wire = server.connect()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("GET /say%20").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            wire.send(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertEquals(i + "\n", wire.response().body());
            }
        }
    }

    @Test
    void requestSentWhileAnAnswerRunsIsKeptForLater() throws IOException {
        try (Wire wire = server.connect()) {
            wire.ask("number 0 5 50");
            wire.head();
            assertEquals("0", wire.chunk());
            wire.ask("say next");
            List<String> chunks = new ArrayList<>();
            for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                chunks.add(chunk);
            }
            assertEquals(";1;2;3;4;\n", String.join("", chunks));
            while (wire.read() != '\n' || wire.read() != '\r') {
                // The trailers.
            }
            assertEquals('\n', wire.read());
            assertEquals("next\n", wire.response().body());
        }
    }

    @Test
    void requestsInTinyPiecesAreUnderstood() throws InterruptedException {
        try (Wire wire = server.connect()) {
            for (byte b : "GET /say%20slow HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                wire.send(new byte[] {b});
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertEquals("slow\n", wire.response().body());
        }
    }

    @Test
    void http10ClientGetsAPlainBodyEndedByClosing() {
        try (Wire wire = server.connect()) {
            wire.send("GET /" + Wire.encode("say 中文") + " HTTP/1.0\r\n\r\n");
            Wire.Response response = wire.response();
            assertEquals(200, response.status());
            assertNull(response.header("Transfer-Encoding"));
            assertNull(response.header("Trailer"));
            assertEquals("中文\n", response.body());
        }
    }

    @Test
    void clientThatAsksToCloseIsClosed() {
        try (Wire wire = server.connect()) {
            wire.send("GET /say%20bye HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertEquals("bye\n", wire.response().body());
            assertEquals("", wire.rest());
        }
    }

    @Test
    void answersOfAResponderThatFailsAreBrokenTransfers() {
        for (String script : List.of("fail at once", Steps.HALF, "no-such-step")) {
            try (Wire wire = server.connect()) {
                Wire.Response response = wire.ask(script).response();
                assertEquals(200, response.status());
                assertFalse(response.isWhole(), script);
                assertEquals(script.equals(Steps.HALF) ? "half" : "", response.body());
            }
        }
    }

    @Test
    void responderThatWritesNothingGivesALineFeed() {
        assertEquals("\n", answer("pause 0"));
    }

    @Test
    void fiftyMegabytesArriveWhole() throws Exception {
        int[] length = {0};
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        HttpResponse<InputStream> response = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(server.address().resolve("/kibibytes%2051200")).build(), HttpResponse.BodyHandlers.ofInputStream());
        byte[] buffer = new byte[1 << 16];
        try (InputStream body = response.body()) {
            int last = NONE;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (last != NONE) {
                    digest.update((byte) last);
                }
                digest.update(buffer, 0, read - 1);
                last = buffer[read - 1];
                length[0] += read;
            }
            assertEquals('\n', last);
        }
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        byte[] kibibyte = Steps.kibibytes(1).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50 * 1024; i++) {
            expected.update(kibibyte);
        }
        assertEquals(50 * 1024 * 1024 + 1, length[0]);
        assertTrue(MessageDigest.isEqual(expected.digest(), digest.digest()));
    }

    @Test
    void answerIsReadWhileItIsWritten() throws IOException {
        try (Wire wire = server.connect()) {
            wire.ask("say first | hang");
            wire.head();
            for (String c : List.of("f", "i", "r", "s", "t")) {
                assertEquals(c, wire.chunk());
            }
        }
    }

    @Test
    void clientThatLeavesIsSeenAlthoughNothingIsWritten() {
        for (boolean isReset : new boolean[] {false, true}) {
            Path file = folder.resolve("left-" + isReset);
            leave(Steps.hang(file, "x"), "", isReset);
            Steps.awaitCancelled(file);
        }
    }

    @Test
    void clientThatHalfClosesIsOneThatLeft() throws IOException {
        Path file = folder.resolve("half-closed");
        try (Wire wire = server.connect()) {
            wire.ask(Steps.hang(file, ""));
            wire.head();
            wire.halfClose();
            Steps.awaitCancelled(file);
        }
    }

    @Test
    void streamMayAskToBeCancelledAtOnceOrToGoOn() throws Exception {
        Path cancelled = folder.resolve("cancelled-at-once");
        Path goesOn = folder.resolve("goes-on");
        leave(Steps.hang(goesOn, "x"), "?on-disconnect=continue", false);
        leave(Steps.hang(cancelled, "x"), "?on-disconnect=cancel", false);
        Steps.awaitCancelled(cancelled);
        TimeUnit.MILLISECONDS.sleep(500);
        assertFalse(Files.exists(goesOn));
    }

    @Test
    void nothingOfAnAbandonedAnswerReachesTheNextClient() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Wire wire = server.connect()) {
                wire.ask("endless");
                wire.head();
                wire.chunk();
                wire.reset();
            }
            assertEquals("mine\n", answer("say mine"));
        }
    }

    @Test
    void originalsClientWorksUnchanged() throws Exception {
        // As it does: one byte at a time, collected until it decodes.
        HttpURLConnection connection = (HttpURLConnection) server.address().resolve("/" + Wire.encode("say 醒醒，Neo 😀")).toURL().openConnection();
        StringBuilder printed = new StringBuilder();
        try (InputStream body = connection.getInputStream()) {
            ByteArrayOutputStream collected = new ByteArrayOutputStream();
            for (int b = body.read(); b >= 0; b = body.read()) {
                collected.write(b);
                try {
                    printed.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(collected.toByteArray())));
                    collected.reset();
                } catch (CharacterCodingException e) {
                    // More bytes are needed.
                }
            }
        }
        assertEquals("醒醒，Neo 😀\n", printed.toString());
    }

    @Test
    void slowReaderBesideFastOnesGetsEverythingAndHoldsNobodyUp() throws Exception {
        // More than all buffers between hold: the server's socket is full while this client reads nothing.
        try (Wire slow = new Wire(server.address().getPort(), 4_096)) {
            slow.send("GET /kibibytes%2010240 HTTP/1.0\r\n\r\n");
            slow.head();
            StringBuilder read = new StringBuilder();
            for (int round = 0; round < 4; round++) {
                read.append((char) slow.read());
                for (int i = 0; i < 50; i++) {
                    assertEquals(i + "\n", answer("say " + i));
                }
            }
            String text = new String((read + slow.rest()).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            assertEquals(Steps.kibibytes(10 << 10) + "\n", text);
        }
    }

    @Test
    void stalledReaderOfAFastAnswerIsResumedWhereItStopped() throws Exception {
        try (Wire stalled = new Wire(server.address().getPort(), 4_096)) {
            stalled.send("GET /kibibytes%205120 HTTP/1.0\r\n\r\n");
            stalled.head();
            // Long enough for everything between to fill up.
            TimeUnit.MILLISECONDS.sleep(300);
            assertEquals("still here\n", answer("say still here"));
            String body = new String(stalled.rest().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            assertEquals(Steps.kibibytes(5 << 10) + "\n", body);
        }
    }

    @Test
    void endlessAnswerIsCancelledWhenItsReaderLeaves() throws IOException {
        try (Wire wire = server.connect()) {
            wire.get("/endless?on-disconnect=cancel");
            wire.head();
            for (int i = 0; i < 10_000; i++) {
                assertFalse(wire.chunk().isEmpty());
            }
        }
        assertEquals("next\n", answer("say next"));
    }

    @Test
    void randomTextsArriveByteForByte() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        try (Wire wire = server.connect()) {
            for (int i = 0; i < 200; i++) {
                StringBuilder text = new StringBuilder();
                random.ints(1 + random.nextInt(300), 0, Character.MAX_CODE_POINT + 1)
                        .map(c -> random.nextInt(3) == 0 ? c : c & 0x3FF)
                        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                        .forEach(text::appendCodePoint);
                Wire.Response response = wire.ask((random.nextBoolean() ? "say " : "units ") + text).response();
                assertEquals(text + "\n", response.body(), "seed " + seed);
            }
        }
    }

    private static String answer(String query) {
        try (Wire wire = server.connect()) {
            Wire.Response response = wire.ask(query).response();
            assertEquals(200, response.status(), response.body());
            assertTrue(response.isWhole(), query);
            return response.body();
        }
    }

    private static void leave(String query, String options, boolean isReset) {
        try (Wire wire = server.connect()) {
            wire.get("/" + Wire.encode(query) + options);
            assertEquals(200, wire.head().status());
            assertEquals("x", wire.chunk(), "it runs");
            if (isReset) {
                wire.reset();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
