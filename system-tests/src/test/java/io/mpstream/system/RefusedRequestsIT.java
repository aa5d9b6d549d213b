package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bad input gets a clear error, never a 500, a stack trace or a hang; and every limit has its answer. */
class RefusedRequestsIT {
    private static final int QUERIES_MAX = 3;
    private static final Shortened HEAD = new Shortened(Bound.HEAD, "4s");

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, HEAD.environment(), "--responder", Steps.responder(), "--query-bytes-max", "1000",
                "--queries-max", Integer.toString(QUERIES_MAX), "--on-disconnect", "cancel");
    }

    @Test
    void wrongRequestsGetAProblemThatSaysWhatIsWrong() {
        assertProblem(400, "is empty", get("/"));
        assertProblem(400, "is empty", get("///"));
        assertProblem(400, "is empty", get("/v1/ask"));
        assertProblem(400, "is empty", get("/v1/ask?q="));
        assertProblem(400, "not UTF-8", get("/%FF"));
        assertProblem(400, "not UTF-8", get("/%C0%AF"));
        assertProblem(400, "not UTF-8", get("/%ED%A0%80"));
        assertProblem(400, "not UTF-8", get("/%E9%86"));
        assertProblem(400, "0xE9 at position 0", "GET /\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertProblem(400, "0x00 at position 1", "GET /a\0b HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertProblem(400, "no option 'temperature'", get("/say%20x?temperature=1"));
        assertProblem(400, "'user' is given twice", get("/say%20x?user=a&user=b"));
        assertProblem(400, "'unit' can only be", get("/say%20x?unit=word"));
        assertProblem(400, "'format' can only be", get("/say%20x?format=xml"));
        assertProblem(400, "'on-disconnect' can be", get("/say%20x?on-disconnect=maybe"));
        assertProblem(400, "not UTF-8", get("/v1/ask?q=%FF"));
        assertProblem(400, "has no body", "GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
        assertProblem(400, "Idempotency-Key", "GET /x HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key:  \r\n\r\n");
        assertProblem(400, "Idempotency-Key", "GET /x HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + "k".repeat(257) + "\r\n\r\n");
        assertProblem(400, "'unit' is for plain text", get("/say%20x?unit=char&format=sse"));
        assertProblem(404, "reserved", get("/v1/nothing"));
        assertProblem(404, "reserved", get("/v1/"));
        assertProblem(404, "reserved", get("/v1"));
        assertProblem(406, "text/plain", "GET /x HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n");
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO")) {
            assertProblem(405, "GET, HEAD", method + " /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
    }

    @Test
    void methodNotAllowedSaysWhatIs() {
        try (Wire wire = server.connect()) {
            assertEquals("GET, HEAD", wire.send("POST /x HTTP/1.1\r\nHost: localhost\r\n\r\n").response().header("Allow"));
        }
    }

    @Test
    void tooLongQueriesTargetsAndHeadersAreRefused() {
        assertEquals(200, status(get("/say%20" + "x".repeat(996))));
        assertProblem(414, "1001 bytes; 1000 are allowed", get("/say%20" + "x".repeat(997)));
        assertProblem(414, "1001 bytes", get("/v1/ask?q=say%20" + "x".repeat(997)));
        assertProblem(414, "target is longer", get("/" + "%41".repeat(2_000)));
        assertProblem(431, "header is longer", "GET /x HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(17_000) + "\r\n\r\n");
        assertProblem(400, "user's name", get("/user?user=" + "x".repeat(257)));
    }

    @Test
    void whatIsNotHttpGetsAnErrorAndIsClosed() {
        for (String bad : List.of("GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET x HTTP/1.1\r\n\r\n", "GET /x HTTP/9\r\nHost: localhost\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /a%4 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /x HTTP/1.1\r\n\r\n", "GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost : x\r\n\r\n", "GET /x HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n",
                "GET /x y HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001",
                "GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(200_000) + "\r\n\r\n", "GET /" + "x".repeat(200_000) + " HTTP/1.1\r\n\r\n")) {
            try (Wire wire = server.connect()) {
                sendWhatTheServerTakes(wire, bad);
                String answer = wire.rest();
                String shown = bad.substring(0, Math.min(60, bad.length())) + " -> " + answer;
                assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), shown);
                assertNoInside(answer);
            }
        }
        assertEquals("alive\n", body(get("/say%20alive")));
    }

    private static void sendWhatTheServerTakes(Wire wire, String bad) {
        try {
            wire.send(bad);
        } catch (java.io.UncheckedIOException e) {
            // It has heard enough.
        }
    }

    @Test
    @Tag("long")
    void headThatNeverEndsIsClosedInTime() throws IOException {
        try (Wire wire = server.connect()) {
            long start = System.nanoTime();
            wire.send("GET /x HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            wire.rest();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            assertTrue(seconds >= HEAD.seconds() - 2 && seconds <= HEAD.seconds() + 10, seconds + " s");
        }
    }

    @Test
    void oneQueryTooManyGets503AndAPlaceIsFreeAgainLater() throws IOException {
        List<Wire> waiting = new ArrayList<>();
        for (int i = 0; i < QUERIES_MAX; i++) {
            Wire wire = server.connect().ask("hang");
            assertEquals(200, wire.head().status());
            waiting.add(wire);
        }
        try (Wire wire = server.connect()) {
            Wire.Response response = wire.get("/say%20x").response();
            assertEquals(503, response.status());
            int retryAfterS = Integer.parseInt(response.header("Retry-After"));
            assertTrue(retryAfterS >= 1 && retryAfterS <= 60);
            assertProblem("too many queries", response);
        }
        waiting.forEach(Wire::close);
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertEquals("x\n", body(get("/say%20x"))));
    }

    @Test
    void healthPathsAnswer() {
        assertEquals("alive\n", body(get("/healthz")));
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertEquals("ready\n", body(get("/readyz"))));
        assertTrue(body(get("/robots.txt")).contains("Disallow: /"));
        try (Wire wire = server.connect()) {
            wire.send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(200, wire.head().status());
            assertEquals(200, wire.get("/healthz").response().status());
        }
    }

    @Test
    void connectionGoesOnAfterARefusal() {
        try (Wire wire = server.connect()) {
            assertEquals(400, wire.get("/").response().status());
            assertEquals(404, wire.get("/v1/x").response().status());
            assertEquals("fine\n", wire.get("/say%20fine").response().body());
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static int status(String request) {
        try (Wire wire = server.connect()) {
            return wire.send(request).response().status();
        }
    }

    private static String body(String request) {
        try (Wire wire = server.connect()) {
            return wire.send(request).response().body();
        }
    }

    private static void assertProblem(int status, String detail, String request) {
        try (Wire wire = server.connect()) {
            Wire.Response response = wire.send(request.getBytes(StandardCharsets.ISO_8859_1)).response();
            assertEquals(status, response.status(), request);
            assertProblem(detail, response);
        }
    }

    private static void assertProblem(String detail, Wire.Response response) {
        assertEquals("application/problem+json", response.header("Content-Type"));
        JsonNode problem = JsonMapper.builder().build().readTree(response.body());
        assertEquals(response.status(), problem.get("status").asInt());
        assertNotNull(problem.get("type"));
        assertFalse(problem.get("title").asString().isEmpty());
        assertTrue(problem.get("detail").asString().contains(detail), response.body());
        assertNoInside(response.body());
    }

    private static void assertNoInside(String text) {
        for (String inside : List.of("Exception", "\tat ", "io.mpstream", "io.undertow", "java.")) {
            assertFalse(text.contains(inside), text);
        }
    }
}
