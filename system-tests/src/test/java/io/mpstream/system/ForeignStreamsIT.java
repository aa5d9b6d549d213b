package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Somebody else's stream is told from one that never was by nothing: neither status, nor words, nor time. */
class ForeignStreamsIT {
    private static final String NEVER = "0123456789abcdef".repeat(2);
    private static final int SAMPLES = 200;
    private static final String SMITHS = Jwt.of("Smith").by(Keys.SECRET);

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static Requests neo;
    private static Requests smith;
    /** Neo's, which runs. */
    private static String running;
    /** Neo's, which has ended. */
    private static String ended;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString(),
                "--feed", "ticks=" + "number 0 100000 20");
        neo = Requests.to(server).as(Jwt.of("Neo").by(Keys.SECRET));
        smith = Requests.to(server).as(SMITHS);
        running = neo.ask("say secret | hang");
        ended = neo.ask("say secret");
        assertEquals("secret", neo.text(ended));
    }

    /** What is told of one of Neo's streams is what is told of none, but for the stream's own name where it is repeated. */
    private static void assertUntold(int status, Function<String, Wire.Response> request) {
        Map<String, String> never = Requests.timeless(request.apply(NEVER));
        assertEquals(Integer.toString(status), never.get("(status)"), never.toString());
        for (String foreign : new String[] {running, ended}) {
            Map<String, String> told = Requests.timeless(request.apply(foreign));
            told.replaceAll((name, value) -> value.replace(foreign, NEVER));
            assertEquals(never, told);
        }
    }

    @Test
    void foreignStreamIsNotToldFromNoneByAnyMethod() {
        for (String format : new String[] {"text", "sse", "ndjson"}) {
            assertUntold(404, id -> smith.get("/v1/stream/" + id + "?format=" + format));
        }
        assertUntold(404, id -> smith.get("/v1/stream/" + id + "?offset=3"));
        assertUntold(404, id -> smith.get("/v1/stream/" + id + "?offset=999"));
        assertUntold(404, id -> smith.get("/v1/stream/" + id + "?live=long-poll"));
        assertUntold(404, id -> smith.head("/v1/stream/" + id));
        assertUntold(404, id -> smith.delete("/v1/stream/" + id));
        assertUntold(404, id -> smith.post("/v1/stream/" + id + "/ticket", "{}"));
        assertUntold(404, id -> smith.post("/v1/stream/" + id + "/ticket", "nonsense"));
        assertUntold(404, id -> smith.post("/v1/stream/" + id + "/renew", ""));
        assertUntold(405, id -> smith.send("PUT", "/v1/stream/" + id, ""));
        for (String options : new String[] {"", "?offset=now", "?offset=-1&live=long-poll", "?offset=999&live=sse"}) {
            assertUntold(404, id -> smith.get("/v1/durable/v1/stream/" + id + options));
        }
        assertUntold(404, id -> smith.head("/v1/durable/v1/stream/" + id));
        assertUntold(404, id -> smith.delete("/v1/durable/v1/stream/" + id));
        assertEquals("started", neo.head("/v1/stream/" + running).header("Stream-State"));
        assertEquals("completed", neo.head("/v1/stream/" + ended).header("Stream-State"));
    }

    @Test
    void foreignStreamIsNotReachedByItsLastEvent() {
        for (String place : new String[] {":0", ":6"}) {
            assertUntold(404, id -> smith.get("/say%20x?format=sse", "Last-Event-ID: " + id + place));
            assertUntold(404, id -> smith.get("/v1/ask?q=user&format=ndjson", "Last-Event-ID: " + id + place));
            for (String id : new String[] {NEVER, running, ended}) {
                assertGoesOnWithTheFeed(id, place);
            }
            assertUntold(404, id -> smith.post("/v1/streams?format=sse", "{'query':'user'}", "Last-Event-ID: " + id + place));
            String own = smith.ask("say own");
            assertUntold(404, id -> smith.get("/v1/stream/" + own + "?format=sse", "Last-Event-ID: " + id + place));
        }
        assertUntold(204, id -> smith.get("/v1/stream/" + id + "?format=sse", "Last-Event-ID: " + id + ":6:end"));
    }

    /** As after a place that has left: a feed goes on, and nothing is told of the stream. */
    private static void assertGoesOnWithTheFeed(String id, String place) {
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            viewer.with(Requests.bearer(SMITHS)).open("/v1/feed/ticks?format=sse", "Last-Event-ID: " + id + place).until(() -> viewer.text().length() > 3);
            assertNotEquals(id, viewer.stream());
            assertTrue(viewer.text().matches("[0-9;]+"), viewer.text());
        }
    }

    @Test
    void foreignStreamIsNotInTheList() {
        String own = smith.ask("say own");
        for (String options : new String[] {"", "?user=Neo", "?limit=500", "?user=Smith"}) {
            JsonNode list = Requests.json(smith.get("/v1/streams" + options));
            for (JsonNode each : list.get("streams")) {
                assertNotEquals("Neo", each.get("user").asString());
                assertFalse(each.toString().contains("secret"), each.toString());
            }
        }
        assertTrue(smith.get("/v1/streams").body().contains(own));
        assertTrue(neo.get("/v1/streams").body().contains(running));
        assertUntold(410, id -> smith.get("/v1/streams?before=" + id));
    }

    @Test
    void sameKeyOfTwoUsersIsTwoStreams() {
        String key = "Idempotency-Key: shared";
        String neos = neo.ask("user", key);
        String smiths = smith.ask("user", key);
        assertNotEquals(neos, smiths);
        assertEquals("Neo;", neo.text(neos));
        assertEquals("Smith;", smith.text(smiths));
        assertEquals(neos, neo.ask("user", key));
        // Not even whether somebody has used it.
        assertEquals(201, smith.post("/v1/streams", "{'query':'say y'}", "Idempotency-Key: other").status());
        assertEquals(201, neo.post("/v1/streams", "{'query':'say x'}", "Idempotency-Key: other").status());
        assertEquals(422, neo.post("/v1/streams", "{'query':'say y'}", key).status());
    }

    @Test
    void foreignStreamIsNotFollowedOnAWebSocket() {
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(SMITHS))) {
            for (String more : new String[] {"", ",'offset':0", ",'offset':999", ",'feed':'ticks'"}) {
                JsonNode never = wire.say("{'follow':{'ref':'a','stream':'" + NEVER + "'" + more + "}}").next("a");
                assertEquals(404, never.path("error").path("status").asInt());
                for (String foreign : new String[] {running, ended}) {
                    assertEquals(never, wire.say("{'follow':{'ref':'a','stream':'" + foreign + "'" + more + "}}").next("a"));
                }
            }
            assertEquals("Smith;", wire.ask("b", "user").whole("b", "completed"));
            wire.say("{'ask':{'ref':'c','query':'user','user':'Neo'}}");
            assertEquals(400, wire.error("c"));
        }
    }

    @Test
    void timeDoesNotTellAForeignStream() {
        try (Wire wire = server.connect()) {
            for (String path : new String[] {"", "/ticket", "/renew"}) {
                long[] foreign = new long[SAMPLES];
                long[] never = new long[SAMPLES];
                for (int i = -SAMPLES; i < SAMPLES; i++) {
                    long foreignNs = time(wire, "/v1/stream/" + (i % 2 == 0 ? running : ended) + path, !path.isEmpty());
                    long neverNs = time(wire, "/v1/stream/" + NEVER + path, !path.isEmpty());
                    if (i >= 0) {
                        foreign[i] = foreignNs;
                        never[i] = neverNs;
                    }
                }
                double ratio = (double) median(foreign) / median(never);
                assertTrue(ratio > 0.5 && ratio < 2, path + " " + median(foreign) + " ns for a foreign stream, " + median(never) + " ns for none");
            }
        }
    }

    private static long time(Wire wire, String target, boolean isPost) {
        String request = (isPost ? "POST " : "GET ") + target + " HTTP/1.1\r\nHost: localhost\r\n" + Requests.bearer(SMITHS) + "\r\n"
                + (isPost ? "Content-Length: 2\r\n\r\n{}" : "\r\n");
        long startNs = System.nanoTime();
        assertEquals(404, wire.send(request).response().status());
        return System.nanoTime() - startNs;
    }

    private static long median(long[] samples) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
