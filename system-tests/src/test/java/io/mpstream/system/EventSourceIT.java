package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an EventSource meets while it comes back, it gets its text. */
@Timeout(180)
class EventSourceIT {
    private static final int STEPS = 100;
    private static final int DRAIN_S = 4;

    @TempDir
    Path folder;

    @Test
    void drainAndARestartOnTheSamePortCostNoneOfThem() throws Exception {
        String port = Integer.toString(RunningServer.freePort());
        Path gate = folder.resolve("gate");
        String query = Steps.of("number 0 " + STEPS / 2 + " 20", "await " + gate, "number " + STEPS / 2 + " " + STEPS + " 20");
        List<BrowserSource> sources = new ArrayList<>();
        try (RunningServer producer = RunningServer.run(folder, Map.of(), "producer", "--responder", Steps.responder())) {
            long drainedNs;
            try (RunningServer first = RunningServer.start(folder, "streamer", "--server-port", port, "--drain-timeout", DRAIN_S + "s")) {
                Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Requests.to(first).get("/readyz").status() == 200);
                String stream = Requests.to(first).post("/v1/streams?on-disconnect=continue", "{'query':'" + query + "'}").header("Location");
                for (int i = 0; i < 5; i++) {
                    sources.add(new BrowserSource(first.address().getPort(), stream));
                }
                Awaitility.await().until(() -> sources.stream().allMatch(each -> each.events().contains("begin {}")));
                drainedNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_S);
                first.handle().destroy();
                Awaitility.await().until(() -> Requests.to(first).get("/readyz").status() == 503);
                // Two come back meanwhile, and one comes for the first time.
                sources.get(0).cut();
                sources.get(1).cut();
                sources.add(new BrowserSource(first.address().getPort(), stream));
                Awaitility.await().until(() -> sources.getLast().events().stream().anyMatch(each -> each.startsWith("interrupted {\"reason\":\"draining\"")));
                first.awaitExit();
            }
            for (BrowserSource each : sources) {
                assertTrue(each.events().stream().anyMatch(event -> event.startsWith("interrupted {\"reason\":\"draining\"")), each.events().toString());
                assertTrue(each.backNs() - drainedNs > -TimeUnit.SECONDS.toNanos(1) / 10, "it is told to come back too soon");
                assertTrue(each.backNs() - drainedNs < TimeUnit.SECONDS.toNanos(20), "it is told to come back too late");
            }
            try (RunningServer second = RunningServer.start(folder, "streamer", "--server-port", port)) {
                Steps.open(gate);
                for (BrowserSource each : sources) {
                    assertEquals(Steps.numbers(0, STEPS), each.whole(), each.status() + " " + each.events());
                    assertEquals(200, each.status());
                }
                assertTrue(producer.handle().isAlive() && second.handle().isAlive());
            }
        } finally {
            sources.forEach(BrowserSource::close);
        }
    }

    @Test
    void fullLineIsComeBackTo() throws Exception {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--queries-max", "1", "--on-disconnect", "cancel")) {
            Wire waiting = server.connect().ask("hang");
            assertEquals(200, waiting.head().status());
            try (BrowserSource source = new BrowserSource(server.address().getPort(), "/say%20x")) {
                Awaitility.await().until(() -> source.events().stream().anyMatch(each -> each.startsWith("interrupted {\"reason\":\"overloaded\"")));
                assertEquals(200, source.status());
                assertTrue(source.retryMs() >= 1_000 && source.retryMs() <= 61_000, source.retryMs() + " ms");
                waiting.close();
                assertEquals("x", source.whole());
            }
        }
    }

    @Test
    void quotaIsComeBackTo() throws Exception {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString(),
                "--user-streams-max", "1", "--on-disconnect", "continue")) {
            String token = Jwt.of("neo").by(Keys.SECRET);
            String cookie = "Cookie: mpstream=" + token;
            Requests neo = Requests.to(server).with(cookie);
            String hanging = neo.ask("hang");
            Wire.Response met = neo.get("/say%20x", "Accept: text/event-stream");
            assertEquals(200, met.status(), met.body());
            assertTrue(met.body().contains("event: interrupted\ndata: {\"reason\":\"quota\",\"offset\":0,"), met.body());
            assertEquals(429, neo.get("/say%20x").status(), "others get the status");
            assertEquals(401, Requests.to(server).get("/say%20x", "Accept: text/event-stream").status(), "coming back does not make a token");
            assertEquals(204, neo.delete("/v1/stream/" + hanging).status());
        }
    }

    @Test
    void placeThatALibrarySaysInAnOptionIsGoneOnFrom() {
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo")) {
            Requests nobody = Requests.to(server);
            String id = nobody.ask("0123456789");
            Awaitility.await().until(() -> nobody.text(id).equals("0123456789"));
            for (String name : List.of("lastEventId", "lastEventID", "Last-Event-ID", "last-event-id", "evs_last_event_id")) {
                for (String target : List.of("/v1/ask?q=new&", "/new?", "/v1/stream/" + id + "?", "/v1/ask?q=new&_=1&&")) {
                    Wire.Response response = nobody.get(target + name + "=" + id + "%3A7", "Accept: text/event-stream");
                    assertTrue(response.body().contains("data: 789\n\n"), target + name + " -> " + response.body());
                    assertEquals(204, nobody.get(target + name + "=" + id + ":10:end", "Accept: text/event-stream").status());
                }
            }
            Wire.Response both = nobody.get("/new?lastEventId=" + id + ":7", "Accept: text/event-stream", "Last-Event-ID: " + id + ":9");
            assertTrue(both.body().contains("data: 9\n\n"), both.body());
            assertFalse(nobody.get("/v1/streams").body().contains("\"query\":\"new\""), "nothing was asked");
        }
    }
}
