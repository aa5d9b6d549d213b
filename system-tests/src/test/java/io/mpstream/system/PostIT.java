package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Queries that are posted, and queries that are asked twice. */
class PostIT {
    private static final String JSON_TYPE = "Content-Type: application/json";
    private static final String TEXT_TYPE = "Content-Type: text/plain; charset=utf-8";

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder());
    }

    @Test
    void postedTextGetsAStreamToFollow() {
        Wire.Response response = post("say 醒醒 + 😀", TEXT_TYPE);
        assertEquals(201, response.status(), response.body());
        String stream = response.header("Stream-Id");
        assertEquals("/v1/stream/" + stream, response.header("Location"));
        assertTrue(response.header("Content-Type").startsWith("application/json"));
        assertTrue(response.body().contains(stream), response.body());
        assertEquals("醒醒 + 😀", follow(stream));
    }

    @Test
    void postedJsonHandsOnUserAndAttributes() {
        JsonNode query = Rebuilt.JSON.createObjectNode().put("query", "user").put("user", "Neo é")
                .set("attributes", Rebuilt.JSON.createObjectNode().put("colour", "red"));
        Wire.Response response = post(query.toString(), JSON_TYPE);
        assertEquals(201, response.status(), response.body());
        assertEquals("Neo é;red", follow(response.header("Stream-Id")));
    }

    @Test
    void postThatWantsAStreamGetsItAtOnce() {
        for (Shape shape : List.of(Shape.TEXT, Shape.EVENTS, Shape.LINES)) {
            String type = shape == Shape.TEXT ? "text/plain" : shape == Shape.EVENTS ? "text/event-stream" : "application/x-ndjson";
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.send(request("number 0 5 1", TEXT_TYPE, "Accept: " + type)).all();
                assertEquals(200, viewer.response().status());
                assertEquals("/v1/stream/" + viewer.stream(), viewer.response().header("Content-Location"));
                assertEquals(Steps.numbers(0, 5), viewer.text());
                assertEquals("completed", viewer.outcome());
            }
        }
        assertEquals(201, post("say x", TEXT_TYPE, "Accept: */*").status());
    }

    @Test
    void postThatComesBackWithALastEventIdAsksNothingAnew() {
        Path asked = folder.resolve("post-again");
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            String query = Steps.of("note " + asked, "number 0 20 20");
            viewer.send(request(query, TEXT_TYPE, "Accept: text/event-stream")).until(8);
            String first = viewer.stream();
            viewer.cut(true);
            // As pages do that stream the answer to a POST with fetch.
            viewer.send(request(query, TEXT_TYPE, "Accept: text/event-stream", "Last-Event-ID: " + ((RebuiltEvents) viewer.got()).lastId())).head();
            assertEquals(first, viewer.response().header("Stream-Id"));
            assertEquals(Steps.numbers(0, 20), viewer.all().text());
            assertEquals(1, Steps.noted(asked));
        }
    }

    @Test
    void queryThatIsTooLongForATargetCanBePosted() {
        String text = "é".repeat(((1 << 20) - 4) / 2);
        Wire.Response response = post("say " + text, TEXT_TYPE);
        assertEquals(201, response.status(), response.body());
        assertEquals(text, follow(response.header("Stream-Id")));
    }

    @Test
    void postInChunksIsUnderstood() {
        try (Wire wire = server.connect()) {
            wire.send("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\n" + TEXT_TYPE + "\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsay \r\n3\r\nabc\r\n0\r\n\r\n");
            Wire.Response response = wire.response();
            assertEquals(201, response.status(), response.body());
            assertEquals("abc", follow(response.header("Stream-Id")));
            // What comes after chunks is not taken for another request.
            assertEquals("close", response.header("Connection"));
            assertEquals("", wire.rest());
        }
    }

    @Test
    void clientThatWaitsToBeToldToSendItsBodyIsTold() {
        String head = "POST /v1/streams HTTP/1.1\r\nHost: localhost\r\n" + TEXT_TYPE + "\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n";
        try (Viewer viewer = new Viewer(server, Shape.TEXT).patience(5_000)) {
            viewer.send(head).head();
            assertEquals(100, viewer.response().status());
        }
        try (Wire wire = server.connect()) {
            assertEquals(100, wire.send(head).head().status());
            Wire.Response response = wire.send("say told").response();
            assertEquals(201, response.status(), response.body());
            assertEquals("told", follow(response.header("Stream-Id")));
        }
    }

    @Test
    void badPostsAreRefused() {
        assertEquals(413, post("say " + "x".repeat(1 << 20), TEXT_TYPE).status());
        assertEquals(415, post("say x").status());
        assertEquals(415, post("say x", "Content-Type: application/xml").status());
        for (String json : List.of("", "{", "[]", "1", "null", "{}", "{\"query\":\"\"}", "{\"query\":1}", "{\"query\":\"say x\",\"other\":1}",
                "{\"query\":\"say x\",\"user\":null}", "{\"query\":\"say x\",\"attributes\":[]}", "{\"query\":\"say x\",\"attributes\":{\"a\":1}}",
                "{\"query\":\"say x\",\"attributes\":{\"mpstream.feed\":\"a\"}}", "{\"query\":\"say x\"} x")) {
            Wire.Response response = post(json, JSON_TYPE);
            assertEquals(400, response.status(), json + " " + response.body());
            assertEquals("application/problem+json", response.header("Content-Type"));
        }
        assertEquals(400, post("", TEXT_TYPE).status());
        assertEquals(400, post("say x", TEXT_TYPE, "Idempotency-Key: ").status());
        assertEquals(400, post("say x", TEXT_TYPE, "Idempotency-Key: " + "k".repeat(257)).status());
        try (Wire wire = server.connect()) {
            byte[] head = ("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\n" + TEXT_TYPE + "\r\nContent-Length: 2\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            assertEquals(400, wire.send(head).send(new byte[] {(byte) 0xC3, 'x'}).response().status());
        }
        assertEquals("fine", follow(post("say fine", TEXT_TYPE).header("Stream-Id")));
    }

    @Test
    void sameKeyAtTheSameTimeIsOneGeneration() throws Exception {
        Path asked = folder.resolve("same-key");
        String query = Steps.of("note " + asked, "number 0 10 20");
        Set<String> streams = Collections.synchronizedSet(new HashSet<>());
        Together.play(12, i -> {
            Shape shape = Shape.values()[i % Shape.values().length];
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.ask(query, "", "Idempotency-Key: same").all();
                assertEquals(Steps.numbers(0, 10), viewer.text());
                assertEquals("completed", viewer.outcome());
                streams.add(viewer.response().header("Stream-Id"));
            }
        });
        streams.add(post(query, TEXT_TYPE, "Idempotency-Key: same").header("Stream-Id"));
        assertEquals(1, streams.size(), streams.toString());
        assertEquals(1, Steps.noted(asked));
    }

    @Test
    void keyIsItsQuerysAndItsUsers() {
        String stream = post("say one", TEXT_TYPE, "Idempotency-Key: k1").header("Stream-Id");
        assertEquals("one", follow(stream));
        assertEquals(422, post("say two", TEXT_TYPE, "Idempotency-Key: k1").status());
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            viewer.ask("say two", "", "Idempotency-Key: k1").all();
            assertEquals(422, viewer.response().status());
            assertEquals("application/problem+json", viewer.response().header("Content-Type"));
        }
        try (Viewer other = new Viewer(server, Shape.TEXT)) {
            other.ask("say two", "user=other", "Idempotency-Key: k1").all();
            assertEquals("two", other.text());
            assertNotEquals(stream, other.stream());
        }
        assertNotEquals(stream, post("say one", TEXT_TYPE, "Idempotency-Key: k2").header("Stream-Id"));
        assertNotEquals(stream, post("say one", TEXT_TYPE).header("Stream-Id"));
    }

    @Test
    void keyHoldsWhenTheProcessesAreKilled() {
        Path asked = folder.resolve("kept-key");
        try (RunningServer own = RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", "kept-key-data")) {
            String running = Steps.of("note " + asked, "say x", "hang");
            String ended = Steps.of("note " + asked, "say done");
            List<String> streams = new ArrayList<>();
            for (String query : List.of(running, ended)) {
                streams.add(askWithKey(own, query, 1));
            }
            for (List<String> killed : List.of(List.of("streamer"), List.of("producer", "streamer"))) {
                killed.forEach(own::kill);
                for (int i = 0; i < 2; i++) {
                    assertEquals(streams.get(i), askWithKey(own, List.of(running, ended).get(i), 0), killed.toString());
                }
                assertEquals(2, Steps.noted(asked));
                try (Viewer other = new Viewer(own, Shape.TEXT)) {
                    assertEquals(422, other.ask("say another", "", "Idempotency-Key: " + running.hashCode()).head().response().status());
                }
            }
        }
    }

    /** Asks, again while nobody listens; returns the stream once it has some text. */
    private static String askWithKey(RunningServer server, String query, int offset) {
        return Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).ignoreException(UncheckedIOException.class).until(() -> {
            try (Viewer viewer = new Viewer(server, Shape.LINES)) {
                viewer.ask(query, "on-disconnect=continue", "Idempotency-Key: " + query.hashCode()).head().until(offset);
                assertEquals(200, viewer.response().status(), viewer.response().problem());
                return viewer.response().header("Stream-Id");
            }
        }, stream -> stream != null);
    }

    private static String request(String body, String... fields) {
        StringBuilder request = new StringBuilder("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return request + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private static Wire.Response post(String body, String... fields) {
        try (Wire wire = server.connect()) {
            return wire.send(request(body, fields).getBytes(StandardCharsets.UTF_8)).response();
        }
    }

    private static String follow(String stream) {
        try (Viewer viewer = new Viewer(server, Shape.TEXT)) {
            viewer.follow(stream, "").all();
            assertEquals("completed", viewer.outcome());
            return viewer.text();
        }
    }
}
