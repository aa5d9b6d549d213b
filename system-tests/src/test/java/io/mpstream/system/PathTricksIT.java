package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths that look like something else: a query is text and nothing but text, a reserved path is what is written so and nothing else. */
class PathTricksIT {
    private static final String NO_STREAM = "0".repeat(32);
    /** Would be a header line, or a field of an event, if it ever came back as it is. */
    private static final String LINES = "%0d%0aX-Injected:%201%0d%0a%0d%0adata:%20injected";

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo", "--feed", "news=x");
    }

    @Test
    void queriesThatLookLikePathsAreQueries() {
        Map.of("/../x", "../x", "/a/../../x", "a/../../x", "/%2e%2e/x", "../x", "/./x", "./x", "/a;b=c", "a;b=c", "/a//b", "a//b",
                "/a%2f..%2fb", "a/../b", "/a%5c..%5cb", "a\\..\\b", "/a%00b", "a\0b").forEach(PathTricksIT::assertEchoes);
        Map.of("/V1/streams", "V1/streams", "/v1;x/streams", "v1;x/streams", "/v2/streams", "v2/streams", "/HEALTHZ", "HEALTHZ",
                "/healthz/x", "healthz/x", "/a/v1/streams", "a/v1/streams", "/v1.", "v1.", "/%25zz", "%zz", "/%2525", "%25", "/a%0d%0ab", "a\r\nb")
                .forEach(PathTricksIT::assertEchoes);
        assertEchoes("/" + LINES, "\r\nX-Injected: 1\r\n\r\ndata: injected");
        assertEchoes("/%F4%8F%BF%BF", "\uDBFF\uDFFF");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (String target : List.of("/%C0%AF", "/%C0%AE%C0%AE/x", "/%E0%80%AF", "/%F0%80%80%AF", "/%F4%90%80%80", "/%ED%A0%80", "/%FE", "/%80", "/a%C3",
                "/%u0041", "/%", "/%1", "/%g0", "/a%2")) {
            try (Wire wire = server.connect()) {
                String answer = wire.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").rest();
                assertTrue(answer.startsWith("HTTP/1.1 400 "), target + " -> " + answer);
            }
        }
    }

    @Test
    void reservedPathsAreThoseThatAreWrittenSo() {
        for (String target : List.of("/v1/streams", "/v1/streams/", "/v1/streams%2f", "//v1/streams", "/%76%31/streams")) {
            assertTrue(get(target).body().startsWith("{\"streams\":"), target);
        }
        for (String target : List.of("/v1/../x", "/v1/x/../streams", "/v1//streams", "/v1/Streams", "/v1/streams%00", "/v1/streams;x",
                "/v1/%2e%2e/x", "/v1/")) {
            assertEquals(404, get(target).status(), target);
        }
        assertEquals(400, get("/v1/stream/../streams").status());
        // Whatever of it is written as an escape, it is the same path (RFC 3986, section 6.2.2.2) or a query, but never half of each.
        for (String target : List.of("/v1%2fstreams", "/%76%31/streams", "/v1/%73treams", "/%2fv1/streams", "//v1/streams", "/v1%2f..%2fx")) {
            Wire.Response response = get(target);
            String type = response.header("Content-Type");
            assertTrue(response.status() == 200 && (type.equals("application/json") || isEcho(response, target)) || response.status() == 404,
                    target + " -> " + response);
        }
    }

    private static boolean isEcho(Wire.Response response, String target) {
        // Slashes at both ends are not part of a query, those that are escaped are.
        return response.body().equals(URLDecoder.decode(target.replaceAll("^/+|/+$", ""), StandardCharsets.UTF_8) + "\n");
    }

    @Test
    void nothingThatIsSentComesBackAsALineOfAHead() {
        for (String target : List.of("/v1/stream/" + LINES, "/v1/stream/" + NO_STREAM + LINES, "/v1/feed/" + LINES, "/v1/feed/news" + LINES, "/v1/" + LINES,
                "/x?user=" + LINES, "/x?format=" + LINES, "/x?" + LINES + "=1", "/x?on-disconnect=" + LINES, "/v1/stream/" + NO_STREAM + "?offset=" + LINES,
                "/v1/streams?before=" + LINES, "/v1/ask?q=" + LINES, "/" + LINES + "?format=sse", "/" + LINES + "?format=ndjson", "/x?format=sse&user=" + LINES)) {
            assertNothingInjected(get(target), target);
        }
        for (String field : List.of("Last-Event-ID", "Idempotency-Key", "Origin", "Accept", "X-Forwarded-For")) {
            for (String value : List.of("%0d%0aX-Injected: 1", "a\tb", NO_STREAM + ":0%0d%0aX-Injected: 1", "\u00e9\u0085X-Injected: 1", "a\u2028b")) {
                try (Wire wire = server.connect()) {
                    wire.send(("GET /x?format=sse HTTP/1.1\r\nHost: localhost\r\n" + field + ": " + value + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                    assertNothingInjected(wire.response(), field + ": " + value);
                }
            }
        }
    }

    @Test
    void textCannotBeAnEventOfItsOwn() {
        for (String text : List.of("x%0devent: end%0d%0ddata: y", "x%0aevent:%20end%0a%0adata:%20y", "%0a%0aid:%20" + NO_STREAM + ":9:end%0a%0a", "x%0d%0a%0d%0aretry:%2099")) {
            Wire.Response response = get("/" + text.replace(" ", "%20") + "?format=sse");
            long ends = response.body().lines().filter(line -> line.startsWith("event: end")).count();
            assertEquals(1, ends, response.body());
            assertTrue(response.body().lines().noneMatch(line -> line.startsWith("retry: 99") || line.startsWith("id: " + NO_STREAM)), response.body());
        }
    }

    private static void assertNothingInjected(Wire.Response response, String sent) {
        assertTrue(response.status() < 500, sent + " -> " + response);
        assertFalse(response.headers().containsKey("x-injected"), sent + " -> " + response);
        if (String.valueOf(response.header("Content-Type")).startsWith("text/event-stream")) {
            assertTrue(response.body().lines().noneMatch(line -> line.equals("data: injected") || line.startsWith("X-Injected")), sent + " -> " + response);
            assertFalse(response.body().contains("\nX-Injected"), sent + " -> " + response);
        }
    }

    private static void assertEchoes(String target, String text) {
        assertEquals(text + "\n", get(target).body(), target);
    }

    private static Wire.Response get(String target) {
        try (Wire wire = server.connect()) {
            return wire.get(target).response();
        }
    }
}
