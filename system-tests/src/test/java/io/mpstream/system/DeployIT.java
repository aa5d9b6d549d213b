package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private RunningServer second(String... more) {
        List<String> args = new ArrayList<>(List.of("streamer"));
        args.addAll(List.of(more));
        return RunningServer.start(folder, args.toArray(String[]::new));
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
                assertEquals(asked, Requests.to(second).get("/say%20kept", key).header("Stream-Id"));
            }
        }
    }

    @Test
    void oneThatDrainsTakesNothingNewAndEndsItsClientsOneByOne() {
        try (RunningServer first = first("--drain-timeout", "4s")) {
            String stream = Requests.to(first).post("/v1/streams?on-disconnect=continue", "{'query':'number 0 60 100'}").header("Location");
            List<Wire> viewers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Wire viewer = first.connect();
                viewer.get(stream + "?format=sse").head();
                viewers.add(viewer);
            }
            Wire finishing = first.connect().ask("number 0 10 100");
            Wire plain = first.connect();
            plain.get(stream).head();
            WebSocketWire socket = new WebSocketWire(first.address().getPort());
            socket.say("{'follow':{'ref':'a','stream':'" + stream.substring(stream.lastIndexOf('/') + 1) + "'}}");
            try (RunningServer second = second()) {
                long startNs = System.nanoTime();
                first.jvm("streamer").destroy();
                Awaitility.await().until(() -> Requests.to(first).get("/readyz").status() == 503);
                Wire.Response refused = Requests.to(first).get("/say%20x");
                assertEquals(503, refused.status());
                assertEquals("1", refused.header("Retry-After"));
                assertEquals("x\n", Requests.to(second).get("/say%20x").body());
                assertEquals("completed", finishing.response().trailers().get("stream-outcome"), "what ends in time ends as ever");
                long[] endedMs = new long[viewers.size()];
                List<String> retries = new ArrayList<>();
                for (int i = 0; i < viewers.size(); i++) {
                    String said = viewers.get(i).rest();
                    endedMs[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                    Matcher told = TOLD.matcher(said);
                    assertTrue(told.find(), said);
                    retries.add(told.group(1));
                    viewers.get(i).close();
                }
                assertTrue(retries.stream().distinct().count() > 5, retries.toString());
                assertTrue(endedMs[viewers.size() - 1] > 2_900 && endedMs[viewers.size() - 1] < 5_500, endedMs[viewers.size() - 1] + " ms");
                assertFalse(plain.rest().contains("Stream-Outcome"));
                JsonNode told = socket.next("a", "interrupted");
                assertEquals("draining", told.get("reason").asString());
                assertTrue(told.get("offset").asLong() > 0);
                assertEquals(1001, socket.closing());
                assertEquals(text(60), Requests.to(second).get(stream).body());
            }
        }
    }

    private static String text(int steps) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < steps; i++) {
            text.append(i).append(';');
        }
        return text + "\n";
    }
}
