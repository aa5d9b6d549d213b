package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
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

/** Streams that are followed, looked at and stopped by others than who asked. */
class FollowIT {
    private static final Shortened POLL = new Shortened(Bound.POLL, "3s");

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, POLL.environment(), "--responder", Steps.responder());
    }

    @Test
    void othersSeeARunningStreamFromTheStartOrFromAnOffset() throws Exception {
        Path asked = folder.resolve("second-asked");
        Path gate = folder.resolve("second-gate");
        try (Viewer first = new Viewer(server, Shape.CHARACTERS)) {
            first.ask(Steps.of("note " + asked, "number 0 10 5", "await " + gate, "number 10 20 5"));
            first.until(20);
            Together.play(2 * Shape.values().length, i -> {
                Shape shape = Shape.values()[i / 2];
                int offset = 6 * (i % 2);
                try (Viewer other = new Viewer(server, shape)) {
                    other.got().offset(offset);
                    other.follow(first.stream(), i % 2 == 0 ? "" : "offset=6").until(20);
                    if (i == 11) {
                        Steps.open(gate);
                    }
                    other.all();
                    assertEquals(Steps.numbers(offset / 2, 20), other.text());
                    assertEquals("completed", other.outcome());
                }
            });
            first.all();
            assertEquals(Steps.numbers(0, 20), first.text());
        }
        assertEquals(1, Steps.noted(asked));
    }

    @Test
    void finishedStreamIsThereForAllWhoAsk() {
        Path asked = folder.resolve("finished-asked");
        String stream = ask(Steps.of("note " + asked, "say 中文 😀")).stream();
        for (Shape shape : Shape.values()) {
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.follow(stream, "").all();
                assertEquals("中文 😀", viewer.text());
                assertEquals("completed", viewer.outcome());
                assertEquals("completed", viewer.response().header("Stream-State"));
                assertEquals("11", viewer.response().header("Stream-Offset"));
            }
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.got().offset(11);
                viewer.follow(stream, "offset=11").all();
                assertEquals("", viewer.text());
                assertEquals("completed", viewer.outcome());
            }
        }
        assertEquals(1, Steps.noted(asked));
    }

    @Test
    void headTellsWhereAStreamStands() {
        Path gate = folder.resolve("head-gate");
        try (Viewer viewer = new Viewer(server, Shape.TEXT)) {
            viewer.ask(Steps.of("say 中", "await " + gate, "say 文")).until(3);
            Wire.Response running = head(viewer.stream());
            assertEquals("started", running.header("Stream-State"));
            assertEquals("3", running.header("Stream-Offset"));
            Steps.open(gate);
            Wire.Response ended = head(viewer.all().stream());
            assertEquals("completed", ended.header("Stream-State"));
            assertEquals("6", ended.header("Stream-Offset"));
        }
    }

    private static Wire.Response head(String stream) {
        try (Wire wire = server.connect()) {
            Wire.Response head = wire.send("HEAD /v1/stream/" + stream + " HTTP/1.1\r\nHost: localhost\r\n\r\n").head();
            assertEquals(200, head.status());
            return head;
        }
    }

    @Test
    void stopIsSeenByAllViewersWhateverTheirFormat() throws Exception {
        Path told = folder.resolve("stopped");
        try (Viewer first = new Viewer(server, Shape.CHARACTERS)) {
            first.ask(Steps.of("told " + told, "say so far é", "hang")).until(9);
            Together.play(Shape.values().length, i -> {
                try (Viewer viewer = new Viewer(server, Shape.values()[i])) {
                    viewer.follow(first.stream(), "").until(i == 1 ? 6 : 9);
                    if (i == 5) {
                        assertEquals(204, delete(first.stream()));
                    }
                    viewer.all();
                    assertEquals("so far é", viewer.text());
                    assertEquals("cancelled", viewer.outcome());
                    assertNotNull(viewer.got().sha256());
                }
            });
            Steps.awaitCancelled(told);
            assertEquals("cancelled", first.all().outcome());
            assertEquals(204, delete(first.stream()));
            assertEquals("cancelled", head(first.stream()).header("Stream-State"));
            try (Viewer late = new Viewer(server, Shape.EVENTS)) {
                late.follow(first.stream(), "").all();
                assertEquals("so far é", late.text());
                assertEquals("cancelled", late.outcome());
            }
        }
    }

    private static int delete(String stream) {
        try (Wire wire = server.connect()) {
            return wire.send("DELETE /v1/stream/" + stream + " HTTP/1.1\r\nHost: localhost\r\n\r\n").head().status();
        }
    }

    @Test
    void stopOfAnEndedStreamChangesNothing() {
        String stream = ask("say done").stream();
        assertEquals(204, delete(stream));
        try (Viewer viewer = new Viewer(server, Shape.LINES)) {
            viewer.follow(stream, "").all();
            assertEquals("completed", viewer.outcome());
        }
        assertEquals(410, delete("0".repeat(32)));
    }

    @Test
    void streamThatIsUnknownIsGone() {
        String unknown = "0123456789abcdef".repeat(2);
        assertRefused(410, "", "/v1/stream/" + unknown);
        assertRefused(410, "", "/v1/stream/" + unknown, "Last-Event-ID: " + unknown + ":3");
        assertRefused(410, "", "/say%20x?format=sse", "Last-Event-ID: " + unknown + ":3");
        try (Wire wire = server.connect()) {
            assertEquals(410, wire.send("HEAD /v1/stream/" + unknown + " HTTP/1.1\r\nHost: localhost\r\n\r\n").head().status());
        }
    }

    @Test
    void badPlacesAreRefusedAndSaidWhy() {
        String stream = ask("say a中").stream();
        String path = "/v1/stream/" + stream;
        assertRefused(400, "inside a character", path + "?offset=2");
        assertRefused(400, "inside a character", path + "?offset=3&format=sse");
        assertRefused(400, "beyond the text", path + "?offset=5");
        assertRefused(400, "not a decimal number", path + "?offset=-1");
        assertRefused(400, "not a decimal number", path + "?offset=1x");
        assertRefused(400, "not a decimal number", path + "?offset=");
        assertRefused(400, "not a decimal number", path + "?offset=" + "9".repeat(19));
        assertRefused(400, "beyond the text", path + "?offset=" + "9".repeat(18));
        assertRefused(400, "inside a character", path, "Last-Event-ID: " + stream + ":2");
        assertRefused(400, "beyond the text", path, "Last-Event-ID: " + stream + ":5");
        for (String id : List.of("x", stream, stream + ":", stream + ":1:", stream + ":-1", stream + ":1:End", "x" + stream + ":1", stream + ":1, " + stream + ":1")) {
            assertRefused(400, "Last-Event-ID", path, "Last-Event-ID: " + id);
            assertRefused(400, "Last-Event-ID", "/say%20x", "Last-Event-ID: " + id);
        }
        assertRefused(400, "", "/v1/stream/xyz");
        assertRefused(400, "unit", path + "?unit=grapheme&format=sse");
        assertRefused(400, "data", path + "?data=json&format=text");
        assertRefused(400, "live", path + "?live=perhaps");
        for (String speed : List.of("0", "-1", "x", "1001", "")) {
            assertRefused(400, "speed", path + "?speed=" + speed);
        }
    }

    private static void assertRefused(int status, String why, String target, String... fields) {
        try (Viewer viewer = new Viewer(server, Shape.TEXT)) {
            viewer.open(target, fields).all();
            String where = target + " " + List.of(fields) + " " + viewer.response().problem();
            assertEquals(status, viewer.response().status(), where);
            assertEquals("application/problem+json", viewer.response().header("Content-Type"));
            assertTrue(Rebuilt.JSON.readTree(viewer.response().problem()).get("detail").asString().contains(why), where);
        }
    }

    @Test
    void lastEventIdOnAnAskingPathAsksNothingAnew() {
        Path asked = folder.resolve("again-asked");
        String query = Steps.of("note " + asked, "number 0 20 10");
        for (Shape shape : List.of(Shape.EVENTS, Shape.JSON_EVENTS)) {
            try (Viewer viewer = new Viewer(server, shape)) {
                viewer.ask(query).until(8);
                for (int i = 0; i < 4; i++) {
                    viewer.cut(i % 2 == 0);
                    viewer.ask(query, "", "Last-Event-ID: " + ((RebuiltEvents) viewer.got()).lastId()).head();
                    viewer.read(200);
                }
                viewer.all();
                assertEquals(Steps.numbers(0, 20), viewer.text());
                String end = ((RebuiltEvents) viewer.got()).lastId();
                assertEquals(viewer.stream() + ":50:end", end);
                assertEquals(204, viewer.ask(query, "", "Last-Event-ID: " + end).all().response().status());
                assertEquals(204, viewer.open("/v1/stream/" + viewer.stream() + "?format=sse", "Last-Event-ID: " + end).all().response().status());
            }
        }
        assertEquals(2, Steps.noted(asked));
    }

    @Test
    void cutBetweenTheLastTextAndTheEndStillGetsTheEnd() {
        String stream = ask("say text").stream();
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            viewer.open("/v1/stream/" + stream + "?format=sse", "Last-Event-ID: " + stream + ":4").all();
            assertEquals("", viewer.text());
            assertEquals("completed", viewer.outcome());
        }
    }

    @Test
    void whatIsThereNowComesWithoutWaiting() {
        List.of(Shape.CHARACTERS, Shape.TEXT, Shape.EVENTS, Shape.JSON_EVENTS, Shape.LINES).forEach(FollowIT::assertNow);
    }

    @Test
    void whatIsThereNowComesAsGraphemesToo() {
        assertNow(Shape.GRAPHEMES);
    }

    private static void assertNow(Shape shape) {
        try (Viewer first = new Viewer(server, Shape.TEXT)) {
            first.ask(Steps.of("say 中 now", "hang")).until(7);
            for (int offset : new int[] {0, 7}) {
                try (Viewer viewer = new Viewer(server, shape).patience(8_000)) {
                    viewer.got().offset(offset);
                    viewer.follow(first.stream(), "live=false&offset=" + offset).all();
                    assertTrue(viewer.response().isWhole());
                    assertEquals(offset == 0 ? "中 now" : "", viewer.text());
                    assertNull(viewer.outcome());
                    assertNull(viewer.response().header("Trailer"));
                    assertEquals("started", viewer.response().header("Stream-State"));
                    assertEquals("7", viewer.response().header("Stream-Next-Offset"));
                }
            }
        }
    }

    @Test
    void optionsHoldBesideALastEventIdToo() {
        Path gate = folder.resolve("beside-gate");
        try (Viewer first = new Viewer(server, Shape.TEXT)) {
            first.ask(Steps.of("say 中 now", "await " + gate, "say  later")).until(7);
            try (Viewer back = new Viewer(server, Shape.EVENTS)) {
                back.open("/v1/stream/" + first.stream() + "?format=sse&live=false", "Last-Event-ID: " + first.stream() + ":4").until(7);
                Steps.open(gate);
                back.all();
                assertEquals("now", back.text());
                assertNull(back.outcome());
            }
        }
    }

    @Test
    @Tag("long")
    void pollsGetTextAsItComesAndNothingAfterAWhile() throws Exception {
        String stream;
        try (Viewer first = new Viewer(server, Shape.TEXT)) {
            stream = first.ask(Steps.of("number 0 40 40"), "on-disconnect=continue").until(2).stream();
        }
        try (Viewer hanging = new Viewer(server, Shape.TEXT)) {
            hanging.ask(Steps.of("say x", "hang")).until(1);
            Together.play(4, i -> {
                if (i == 3) {
                    long startNs = System.nanoTime();
                    try (Viewer poll = new Viewer(server, Shape.LINES)) {
                        poll.follow(hanging.stream(), "live=long-poll&offset=1").all();
                        assertEquals(204, poll.response().status());
                        assertEquals("1", poll.response().header("Stream-Next-Offset"));
                    }
                    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
                    assertTrue(seconds >= POLL.seconds() - 2 && seconds <= POLL.seconds() + 10, seconds + " s");
                } else {
                    assertEquals(Steps.numbers(0, 40), poll(stream, List.of(Shape.TEXT, Shape.EVENTS, Shape.LINES).get(i)));
                }
            });
        }
    }

    private static String poll(String stream, Shape shape) {
        StringBuilder text = new StringBuilder();
        String next = "0";
        for (int polls = 0; polls < 200; polls++) {
            try (Viewer poll = new Viewer(server, shape)) {
                poll.got().offset(Long.parseLong(next));
                poll.follow(stream, "live=long-poll&offset=" + next).all();
                next = poll.response().header("Stream-Next-Offset");
                text.append(poll.text());
                if (poll.response().status() == 204) {
                    assertEquals("completed", poll.response().header("Stream-State"));
                    return text.toString();
                }
                assertEquals(Long.parseLong(next), poll.got().offset());
            }
        }
        throw new AssertionError("never a 204: " + text);
    }

    @Test
    void textComesAgainWithItsPauses() throws Exception {
        String stream = ask(Steps.of("number 0 20 150")).stream();
        long[] tookMs = new long[4];
        Together.play(4, i -> {
            long startNs = System.nanoTime();
            try (Viewer viewer = new Viewer(server, i == 3 ? Shape.EVENTS : Shape.TEXT)) {
                viewer.follow(stream, List.of("", "speed=1", "speed=4", "speed=0.8").get(i)).all();
                assertEquals(Steps.numbers(0, 20), viewer.text());
                assertEquals("completed", viewer.outcome());
            }
            tookMs[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        });
        String took = tookMs[0] + " " + tookMs[1] + " " + tookMs[2] + " " + tookMs[3] + " ms";
        // It was written in 19 pauses of 150 ms.
        assertTrue(tookMs[1] >= 2_700 && tookMs[1] < 6_000, took);
        assertTrue(tookMs[2] >= 600 && tookMs[2] < tookMs[1] - 1_000, took);
        assertTrue(tookMs[3] > tookMs[1] + 300, took);
        assertTrue(tookMs[0] < tookMs[1] - 1_500, took);
    }

    @Test
    void streamsAreListedNewestFirstPageByPage() {
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (Viewer viewer = new Viewer(server, Shape.TEXT)) {
                viewer.ask(i == 0 ? "fail at once" : "say " + i + "中".repeat(100), "user=lister").all();
                mine.addFirst(viewer.response().header("Stream-Id"));
            }
        }
        try (Viewer running = new Viewer(server, Shape.TEXT)) {
            running.ask(Steps.of("say x", "hang"), "user=lister").until(1);
            mine.addFirst(running.stream());
            List<JsonNode> listed = new ArrayList<>();
            String before = "";
            int pages = 0;
            for (JsonNode page = list("?user=lister&limit=2"); ; page = list("?user=lister&limit=2&before=" + before)) {
                pages++;
                page.get("streams").forEach(listed::add);
                if (page.get("next").isNull()) {
                    break;
                }
                before = page.get("next").asString();
            }
            assertEquals(3, pages);
            assertEquals(mine, listed.stream().map(each -> each.get("id").asString()).toList());
            assertEquals(List.of("started", "completed", "completed", "completed", "completed", "failed"),
                    listed.stream().map(each -> each.get("state").asString()).toList());
            JsonNode second = listed.get(1);
            assertEquals("say 4" + "中".repeat(75), second.get("query").asString());
            assertEquals("lister", second.get("user").asString());
            assertEquals(1 + 300, second.get("offset").asLong());
            assertFalse(second.get("acceptedAt").isNull() || second.get("startedAt").isNull() || second.get("endedAt").isNull());
            assertTrue(listed.get(0).get("endedAt").isNull());
        }
        assertEquals(mine.getFirst(), list("?limit=500").get("streams").get(0).get("id").asString());
        assertEquals(0, list("?user=nobody").get("streams").size());
        assertRefused(400, "limit", "/v1/streams?limit=0");
        assertRefused(410, "", "/v1/streams?before=" + "0".repeat(32));
    }

    private static JsonNode list(String options) {
        try (Wire wire = server.connect()) {
            Wire.Response response = wire.get("/v1/streams" + options).response();
            assertEquals("application/json", response.header("Content-Type"));
            return Rebuilt.JSON.readTree(response.body().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Viewer ask(String query) {
        try (Viewer viewer = new Viewer(server, Shape.TEXT)) {
            viewer.ask(query).all();
            assertEquals("completed", viewer.outcome());
            Awaitility.await().until(() -> head(viewer.stream()).header("Stream-State").equals("completed"));
            return viewer;
        }
    }
}
