package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/** One user asks two thousand queries; others are served as if there were few. */
@Isolated("it measures how long users wait")
class FairnessIT {
    private static final int FLOOD = 2_000;
    private static final int SERVICE_MS = 400;
    private static final String QUERY = "say x | pause " + SERVICE_MS;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static String lastOfFlood;

    @BeforeAll
    static void flood() throws Exception {
        server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", Steps.responder(), "--concurrency", "4", "--auth", "jwt", "--jwt-secret-file",
                Keys.secretFile(folder).toString(), "--user-streams-max", "0", "--on-disconnect", "continue");
        String request = "POST /v1/streams HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" + token("Flood") + "\r\nContent-Length: "
                + QUERY.length() + "\r\n\r\n" + QUERY;
        Together.play(4, i -> {
            try (Wire wire = server.connect()) {
                for (int asked = 0; asked < FLOOD / 4; asked++) {
                    Wire.Response response = wire.send(request).response();
                    assertEquals(201, response.status(), response.body());
                    lastOfFlood = response.header("Stream-Id");
                }
            }
        });
    }

    private static String token(String user) {
        return Requests.bearer(Jwt.of(user).by(Keys.SECRET));
    }

    @Test
    void anotherUsersFirstCharacterComesWithinThreeServiceTimes() {
        for (Shape shape : List.of(Shape.CHARACTERS, Shape.EVENTS, Shape.LINES)) {
            try (Viewer viewer = new Viewer(server, shape).with(token("Other-" + shape))) {
                long startNs = System.nanoTime();
                viewer.ask(QUERY).until(1);
                long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                assertTrue(tookMs <= 3 * SERVICE_MS, "took " + tookMs + " ms");
                assertEquals("completed", viewer.all().outcome());
            }
        }
        assertTrue(isFloodWaiting());
    }

    @Test
    void placesTellTheTruth() {
        try (Viewer flood = new Viewer(server, Shape.LINES).with(token("Flood"))) {
            flood.follow(lastOfFlood, "").until(() -> !flood.got().events("queued").isEmpty());
            int place = Rebuilt.JSON.readTree(flood.got().events("queued").getFirst()).get("place").asInt();
            assertTrue(place > FLOOD / 2, "place " + place);
        }
        try (WebSocketWire wire = new WebSocketWire(server.connect(), token("Several"))) {
            int asked = 6;
            for (int i = 0; i < asked; i++) {
                wire.ask("q" + i, QUERY);
            }
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < asked; i++) {
                for (JsonNode message = wire.next("q" + i); !message.has("end"); message = wire.next("q" + i)) {
                    if (message.has("queued")) {
                        places.add(message.get("queued").get("place").asInt());
                    }
                }
            }
            // At most one of the flood's between two of theirs, and whoever else asks in this test.
            assertTrue(!places.isEmpty() && places.stream().allMatch(place -> place >= 1 && place <= 2 * asked + 2), places.toString());
        }
        assertTrue(isFloodWaiting());
    }

    @Test
    void manyUsersAreServedInTurn() throws Exception {
        int users = 6;
        long startNs = System.nanoTime();
        Together.play(users, i -> {
            try (Viewer viewer = new Viewer(server, Shape.EVENTS).with(token("Crowd-" + i))) {
                viewer.ask(QUERY).until(1);
            }
        });
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        // With the flood they are seven, and four are served at once.
        assertTrue(tookMs <= 5 * SERVICE_MS, "took " + tookMs + " ms");
        assertTrue(isFloodWaiting());
    }

    private static boolean isFloodWaiting() {
        return "queued".equals(Requests.to(server).with(token("Flood")).head("/v1/stream/" + lastOfFlood).header("Stream-State"));
    }
}
