package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A second streamer takes over from the first, which drains. */
class DeployIT {
    private static final Pattern TOLD = Pattern.compile("retry: (\\d+)\nevent: interrupted\ndata: \\{\"reason\":\"draining\",\"offset\":(\\d+),");

    @TempDir
    Path folder;

    private RunningServer first(String... more) {
        List<String> args = new ArrayList<>(List.of("--responder", Steps.responder()));
        args.addAll(List.of(more));
        return RunningServer.start(folder, args.toArray(String[]::new));
    }

    private RunningServer second() {
        return RunningServer.start(folder, "streamer");
    }

    @Test
    void theSecondServesWhatTheFirstWasAskedOldAndLive() throws IOException {
        try (RunningServer first = first(); Wire live = first.connect()) {
            String old = first.connect().ask("say old").response().header("Stream-Id");
            live.get("/" + Wire.encode("say half | hang") + "?format=ndjson");
            String running = live.head().header("Stream-Id");
            try (RunningServer second = second()) {
                assertEquals("old\n", Requests.to(second).get("/v1/stream/" + old).body());
                assertTrue(Requests.to(second).get("/v1/streams").body().contains(running));
                assertEquals("fresh\n", Requests.to(second).get("/say%20fresh").body());
                assertEquals(204, Requests.to(second).delete("/v1/stream/" + running).status());
                String chunk = live.chunk();
                while (!chunk.contains("\"end\"")) {
                    chunk = live.chunk();
                }
                assertTrue(chunk.contains("\"outcome\":\"cancelled\""), chunk);
                String key = "Idempotency-Key: once";
                String asked = Requests.to(first).get("/say%20kept", key).header("Stream-Id");
                assertEquals(200, Requests.to(second).head("/v1/stream/" + asked).status());
                for (int i = 0; i < 50; i++) {
                    String path = "/v1/stream/" + Requests.to(first).get("/say%20abc").header("Stream-Id");
                    assertEquals("c\n", Requests.to(second).get(path + "?offset=2").body(), "the second knows at once what the first has told");
                }
                String response = Requests.field(200, "id", Requests.to(first).post("/v1/responses", "{'model':'steps','input':'say abc'}"));
                String after = "{'model':'steps','input':'say def','previous_response_id':'" + response + "'}";
                assertEquals("completed", Requests.field(200, "status", Requests.to(second).post("/v1/responses", after)));
                assertEquals(asked, Requests.to(second).get("/say%20kept", key).header("Stream-Id"));
            }
        }
    }

    @Test
    void oneThatDrainsTakesNothingNewAndIsGoneWhenItsLastAnswerHasEnded() throws IOException {
        Path gate = folder.resolve("gate");
        try (RunningServer first = first("--drain-timeout", "60s"); RunningServer second = second(); Wire finishing = first.connect()) {
            finishing.ask(Steps.of("say x", "await " + gate, "say y")).head();
            assertEquals("x", finishing.chunk());
            ProcessHandle streamer = first.jvm("streamer");
            streamer.destroy();
            Awaitility.await().until(() -> Requests.to(first).get("/readyz").status() == 503);
            Wire.Response refused = Requests.to(first).get("/say%20x");
            assertEquals(503, refused.status());
            assertEquals("1", refused.header("Retry-After"));
            assertEquals("x\n", Requests.to(second).get("/say%20x").body());
            assertTrue(streamer.isAlive());
            Steps.open(gate);
            assertEquals("y", finishing.chunk());
            assertEquals("\n", finishing.chunk());
            assertTrue(finishing.rest().contains("Stream-Outcome: completed"), "what ends in time ends as ever");
            Awaitility.await().until(() -> !streamer.isAlive());
        }
    }

    @Test
    void oneThatDrainsEndsItsClientsOneByOne() {
        Path gate = folder.resolve("gate");
        try (RunningServer _ = RunningServer.run(folder, Map.of(), "producer", "--responder", Steps.responder());
                RunningServer first = RunningServer.start(folder, "streamer", "--drain-timeout", "4s"); RunningServer second = second()) {
            String query = Steps.of("number 0 30 0", "await " + gate, "number 30 60 0");
            String stream = Requests.to(first).post("/v1/streams?on-disconnect=continue", "{'query':'" + query + "'}").header("Location");
            List<Wire> viewers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Wire viewer = first.connect();
                viewer.get(stream + "?format=sse").head();
                viewers.add(viewer);
            }
            Wire plain = first.connect();
            plain.get(stream).head();
            WebSocketWire socket = new WebSocketWire(first.address().getPort());
            socket.say("{'follow':{'ref':'a','stream':'" + stream.substring(stream.lastIndexOf('/') + 1) + "'}}").next("a", "text");
            long startNs = System.nanoTime();
            first.handle().destroy();
            List<String> retries = new ArrayList<>();
            for (Wire viewer : viewers) {
                String said = viewer.rest();
                Matcher told = TOLD.matcher(said);
                assertTrue(told.find(), said);
                retries.add(told.group(1));
                viewer.close();
            }
            long endedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertTrue(retries.stream().distinct().count() > 5, retries.toString());
            assertTrue(endedMs > 2_900 && endedMs < 5_500, endedMs + " ms");
            assertFalse(plain.rest().contains("Stream-Outcome"));
            JsonNode told = socket.next("a", "interrupted");
            assertEquals("draining", told.get("reason").asString());
            assertTrue(told.get("offset").asLong() > 0);
            assertEquals(1001, socket.closing());
            Steps.open(gate);
            assertEquals(Steps.numbers(0, 60) + "\n", Requests.to(second).get(stream).body());
        }
    }
}
