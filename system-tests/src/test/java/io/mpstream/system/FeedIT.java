package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that never end. */
class FeedIT {
    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--feed", "ticks=number 0 1000000 20");
    }

    /** A server whose feeds end again and again: the pauses between grow, so these tests have one each. */
    private static RunningServer startEnding(String name) {
        return RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", name,
                "--feed", "ends=" + Steps.of("note " + folder.resolve(name + "-noted"), "number 0 30 20"),
                "--feed", "fails=" + Steps.of("number 0 30 20", "fail so it is"));
    }

    @Test
    void viewersJoinAtTheLiveEndOrWhereTheyLike() throws Exception {
        try (Viewer early = join("ticks", Shape.TEXT, "offset=0")) {
            // So many that the live end is well away from the start.
            early.until(60);
            assertTrue(early.text().startsWith("0;1;2;"), early.text());
            Together.play(Shape.values().length, i -> {
                Shape shape = Shape.values()[i];
                try (Viewer live = join("ticks", shape, ""); Viewer whole = join("ticks", shape, "offset=0"); Viewer later = join("ticks", shape, "offset=20")) {
                    live.until(() -> numbers(live.text()).size() >= 20);
                    assertTrue(numbers(live.text()).getFirst() > 5, live.text());
                    assertFollowing(live.text(), numbers(live.text()).getFirst());
                    whole.until(() -> numbers(whole.text()).size() >= 40);
                    assertFollowing(whole.text(), 0);
                    later.until(() -> numbers(later.text()).size() >= 40);
                    assertFollowing(later.text(), 10);
                }
            });
        }
    }

    @Test
    void viewerWhoseLastEventHasLeftGoesOnWhereTheFeedIs() {
        try (Wire wire = server.connect()) {
            wire.send("GET /v1/feed/ticks HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: " + "0".repeat(31) + "1:17\r\n\r\n");
            assertEquals(200, wire.head().status());
        }
    }

    @Test
    void viewersComeBackByTheirLastEventIdAndMissNothing() {
        try (Viewer viewer = join("ticks", Shape.EVENTS, "")) {
            for (int i = 0; i < 5; i++) {
                int seen = numbers(viewer.text()).size();
                viewer.until(() -> numbers(viewer.text()).size() >= seen + 5);
                viewer.cut(i % 2 == 0);
                back(viewer, "ticks");
            }
            viewer.until(() -> numbers(viewer.text()).size() >= 40);
            assertFollowing(viewer.text(), numbers(viewer.text()).getFirst());
        }
    }

    @Test
    void feedThatIsNotThereIsNotFound() {
        try (Wire wire = server.connect()) {
            assertEquals(404, wire.get("/v1/feed/nothing").response().status());
            assertEquals(400, wire.get("/v1/feed/ticks?offset=999999999").response().status());
            Wire.Response head = wire.send("HEAD /v1/feed/ticks HTTP/1.1\r\nHost: localhost\r\n\r\n").head();
            assertEquals(200, head.status());
            assertEquals("started", head.header("Stream-State"));
        }
        try (Wire wire = server.connect()) {
            assertEquals(405, wire.send("DELETE /v1/feed/ticks HTTP/1.1\r\nHost: localhost\r\n\r\n").response().status());
        }
    }

    @Test
    void viewersStayWhenTheAnswerEndsOrFailsAndAreTold() throws Exception {
        try (RunningServer own = startEnding("stay")) {
            Together.play(2 * Shape.values().length, i -> {
                try (Viewer viewer = join(new Viewer(own, Shape.values()[i / 2]), i % 2 == 0 ? "ends" : "fails", "offset=0")) {
                    assertStays(viewer);
                }
            });
        }
    }

    private static void assertStays(Viewer viewer) {
        String first = viewer.stream();
        String whole = Steps.numbers(0, 30);
        viewer.until(() -> viewer.text().length() > 2 * whole.length());
        assertTrue(viewer.text().startsWith(whole + whole), viewer.text());
        assertNull(viewer.outcome());
        if (!viewer.shape().isText()) {
            List<String> restarted = viewer.got().events("restarted").stream().map(data -> Rebuilt.JSON.readTree(data).get("stream").asString()).toList();
            assertEquals(2, restarted.size());
            assertEquals(restarted.getLast(), viewer.stream());
            assertNotEquals(first, restarted.getFirst());
            assertNotEquals(first, restarted.getLast());
        }
    }

    @Test
    void whoComesBackAfterARestartGetsTheRestOfTheOldAnswerFirst() {
        try (RunningServer own = startEnding("back"); Viewer viewer = join(new Viewer(own, Shape.EVENTS), "ends", "offset=0")) {
            viewer.until(6);
            viewer.cut(true);
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Steps.noted(folder.resolve("back-noted")) == 2);
            back(viewer, "ends");
            viewer.until(() -> viewer.got().events("restarted").size() == 1 && viewer.got().offset() > 6);
            assertTrue(viewer.text().startsWith(Steps.numbers(0, 30) + "0;1;"), viewer.text());
        }
    }

    @Test
    void whoPollsGoesOverToTheNextAnswerToo() {
        Path asked = folder.resolve("poll-noted");
        try (RunningServer own = startEnding("poll"); Viewer viewer = join(new Viewer(own, Shape.EVENTS), "ends", "offset=0")) {
            String whole = Steps.numbers(0, 30);
            viewer.until(whole.length());
            viewer.cut(false);
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Steps.noted(asked) == 2);
            for (int polls = 0; polls < 100 && viewer.text().length() < 2 * whole.length(); polls++) {
                viewer.open("/v1/feed/ends?format=sse&live=long-poll", "Last-Event-ID: " + ((RebuiltEvents) viewer.got()).lastId()).all();
            }
            assertTrue(viewer.text().startsWith(whole + "0;1;"), viewer.text());
        }
    }

    @Test
    void streamerThatIsKilledIsNoRestartOfTheFeed() {
        Path asked = folder.resolve("killed-asked");
        try (RunningServer own = RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", "killed-data",
                "--feed", "own=" + Steps.of("note " + asked, "number 0 1000000 20"));
                Viewer events = new Viewer(own, Shape.EVENTS); Viewer json = new Viewer(own, Shape.JSON_EVENTS)) {
            List<Viewer> viewers = List.of(events, json);
            viewers.forEach(viewer -> join(viewer, "own", "").until(() -> numbers(viewer.text()).size() >= 10));
            own.kill("streamer");
            for (Viewer viewer : viewers) {
                viewer.all();
                viewer.got().lost();
                back(viewer, "own");
                viewer.until(() -> numbers(viewer.text()).size() >= 200);
                assertFollowing(viewer.text(), numbers(viewer.text()).getFirst());
                assertEquals(List.of(), viewer.got().events("restarted"));
            }
            assertEquals(1, Steps.noted(asked));
            // The answer itself ends with its producer, so that the feed is asked again.
            int before = numbers(events.text()).size();
            own.kill("producer");
            events.until(() -> events.got().events("restarted").size() == 1 && events.got().offset() > 20);
            List<Integer> numbers = numbers(events.text());
            int again = numbers.lastIndexOf(0);
            assertTrue(again >= before, "restarted at " + again);
            assertFollowing(events.text().substring(events.text().lastIndexOf(";0;1;") + 1), 0);
            assertEquals(2, Steps.noted(asked));
        }
    }

    private static Viewer join(String feed, Shape shape, String options) {
        Viewer viewer = new Viewer(server, shape);
        return join(viewer, feed, options);
    }

    private static Viewer join(Viewer viewer, String feed, String options) {
        viewer.open("/v1/feed/" + feed + "?" + viewer.shape().options() + (options.isEmpty() ? "" : "&" + options)).head();
        assertEquals(200, viewer.response().status(), viewer.response().problem());
        if (options.startsWith("offset=")) {
            viewer.got().offset(Long.parseLong(options.substring("offset=".length())));
        } else {
            viewer.got().offset(-1);
        }
        return viewer;
    }

    private static void back(Viewer viewer, String feed) {
        String last = "Last-Event-ID: " + ((RebuiltEvents) viewer.got()).lastId();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).ignoreException(UncheckedIOException.class)
                .until(() -> viewer.open("/v1/feed/" + feed + "?" + viewer.shape().options(), last).head().response().status() == 200);
    }

    private static List<Integer> numbers(String text) {
        String whole = text.substring(0, text.lastIndexOf(';') + 1);
        return whole.isEmpty() ? List.of() : List.of(whole.split(";")).stream().map(Integer::parseInt).toList();
    }

    private static void assertFollowing(String text, int from) {
        List<Integer> numbers = numbers(text);
        assertEquals(Steps.numbers(from, from + numbers.size()), text.substring(0, text.lastIndexOf(';') + 1));
    }
}
