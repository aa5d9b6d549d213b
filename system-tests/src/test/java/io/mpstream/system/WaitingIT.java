package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What clients are told while there is no text for them. */
class WaitingIT {
    @TempDir
    Path folder;

    @Test
    void placesBecomeSmallerUntilTheAnswerStarts() throws Exception {
        List<Path> gates = List.of(folder.resolve("gate-0"), folder.resolve("gate-1"));
        try (RunningServer server = start("--concurrency", "1"); Viewer first = new Viewer(server, Shape.TEXT)) {
            first.ask(Steps.of("say x", "await " + gates.get(0))).until(1);
            try (Viewer second = new Viewer(server, Shape.LINES); Viewer third = new Viewer(server, Shape.EVENTS); Viewer fourth = new Viewer(server, Shape.LINES)) {
                second.ask(Steps.of("say x", "await " + gates.get(1))).until(() -> queued(second).size() == 1);
                assertTrue(queued(second).getFirst().get("estimateMs").isNull(), "nothing has been measured");
                third.ask("say third").until(() -> queued(third).size() == 1);
                fourth.ask("say fourth").until(() -> queued(fourth).size() == 1);
                assertEquals("queued", third.response().header("Stream-State"));
                Steps.open(gates.get(0));
                third.until(() -> queued(third).size() == 2);
                fourth.until(() -> queued(fourth).size() == 2);
                Steps.open(gates.get(1));
                assertTold(third, "third", 2, 1);
                assertTold(fourth, "fourth", 3, 2);
            }
        }
    }

    private static void assertTold(Viewer viewer, String text, int... places) {
        viewer.all();
        assertEquals(text, viewer.text());
        assertEquals("completed", viewer.outcome());
        List<JsonNode> queued = queued(viewer);
        for (int i = 0; i < places.length; i++) {
            assertEquals(places[i], queued.get(i).get("place").asInt(), queued.toString());
        }
        for (int i = places.length; i < queued.size(); i++) {
            assertTrue(queued.get(i).get("place").asInt() < places[places.length - 1], queued.toString());
        }
        assertTrue(queued.get(1).get("estimateMs").isIntegralNumber() && queued.get(1).get("estimateMs").asLong() >= 0, queued.toString());
        assertEquals(1, viewer.got().events("started").size());
        assertTrue(viewer.got().events().getLast().startsWith("started "), viewer.got().events().toString());
    }

    private static List<JsonNode> queued(Viewer viewer) {
        return viewer.got().events("queued").stream().map(data -> Rebuilt.JSON.readTree(data)).toList();
    }

    @Test
    void oneQueryTooManyIsToldWhenToComeAgain() {
        Path gate = folder.resolve("full-gate");
        try (RunningServer server = start("--concurrency", "1", "--queries-max", "3")) {
            List<Viewer> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(new Viewer(server, Shape.values()[i + 2]).ask(Steps.of("await " + gate, "say " + i), "", "Idempotency-Key: " + i).head());
            }
            for (Shape shape : Shape.values()) {
                try (Viewer refused = new Viewer(server, shape)) {
                    refused.ask("say x").all();
                    assertUnavailable(refused);
                }
            }
            try (Viewer refused = new Viewer(server, Shape.TEXT)) {
                refused.send("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nsay x").all();
                assertUnavailable(refused);
            }
            try (Viewer known = new Viewer(server, Shape.LINES)) {
                known.ask(Steps.of("await " + gate, "say 2"), "", "Idempotency-Key: 2").head();
                assertEquals(200, known.response().status());
                assertEquals(waiting.get(2).stream(), known.stream());
            }
            Steps.open(gate);
            for (int i = 0; i < 3; i++) {
                try (Viewer viewer = waiting.get(i)) {
                    assertEquals(Integer.toString(i), viewer.all().text());
                }
            }
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> {
                try (Viewer again = new Viewer(server, Shape.TEXT)) {
                    return again.ask("say again").all().text().equals("again");
                }
            });
        }
    }

    private static void assertUnavailable(Viewer refused) {
        assertEquals(503, refused.response().status());
        int retryAfterS = Integer.parseInt(refused.response().header("Retry-After"));
        assertTrue(retryAfterS >= 1 && retryAfterS <= 60, retryAfterS + " s");
        assertEquals("application/problem+json", refused.response().header("Content-Type"));
    }

    @Test
    @Tag("long")
    void silenceIsBrokenByHeartbeatsThatTellThePhase() throws Exception {
        Shortened heartbeat = new Shortened(Bound.HEARTBEAT, "2s");
        try (RunningServer server = RunningServer.start(folder, heartbeat.environment(), "--responder", Steps.responder(), "--concurrency", "2"); Viewer silent = new Viewer(server, Shape.TEXT);
                Viewer started = new Viewer(server, Shape.TEXT); Viewer queued = new Viewer(server, Shape.TEXT)) {
            silent.ask(Steps.of("say x", "hang")).until(1);
            started.ask("hang").head();
            queued.ask("hang").head();
            List<Viewer> asked = List.of(silent, started, queued);
            List<String> phases = List.of("started", "started", "queued");
            List<String> comments = List.of("silent \\d+s", "started", "queued");
            Together.play(9, i -> {
                if (i >= 6) {
                    try (WebSocketWire wire = new WebSocketWire(server.address().getPort())) {
                        wire.say("{'follow':{'ref':'h','stream':'" + asked.get(i - 6).stream() + "'}}");
                        JsonNode phase = wire.next("h");
                        while (!phase.has("phase")) {
                            phase = wire.next("h");
                        }
                        assertEquals(phases.get(i - 6), phase.get("phase").asString());
                        assertTrue(phase.get("silentMs").asLong() >= heartbeat.time().toMillis() - 1_000, phase.toString());
                    }
                    return;
                }
                try (Viewer viewer = new Viewer(server, i < 3 ? Shape.EVENTS : Shape.LINES)) {
                    viewer.follow(asked.get(i % 3).stream(), "");
                    if (i < 3) {
                        // The first comment is that of the opening.
                        viewer.until(() -> viewer.got().events("comment").size() >= 2);
                        String comment = viewer.got().events("comment").get(1);
                        assertTrue(comment.matches(comments.get(i)), comment);
                    } else {
                        viewer.until(() -> !viewer.got().events("phase").isEmpty());
                        JsonNode phase = Rebuilt.JSON.readTree(viewer.got().events("phase").getFirst());
                        assertEquals(phases.get(i - 3), phase.get("phase").asString());
                        assertTrue(phase.get("silentMs").asLong() >= heartbeat.time().toMillis() - 1_000, phase.toString());
                    }
                }
            });
            // In plain text every byte would be text.
            for (Viewer viewer : asked) {
                try (Wire wire = server.connect()) {
                    assertEquals(204, wire.send("DELETE /v1/stream/" + viewer.stream() + " HTTP/1.1\r\nHost: localhost\r\n\r\n").head().status());
                }
                assertEquals(viewer == silent ? "x" : "", viewer.all().text());
                assertEquals("cancelled", viewer.outcome());
            }
        }
    }

    private RunningServer start(String... more) {
        List<String> args = new ArrayList<>(List.of("--responder", Steps.responder()));
        args.addAll(List.of(more));
        return RunningServer.start(folder, args.toArray(String[]::new));
    }
}
