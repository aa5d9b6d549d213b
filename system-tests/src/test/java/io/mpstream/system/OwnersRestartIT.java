package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a stream is, and what counts for whom, is remembered when either process is killed. */
class OwnersRestartIT {
    private static final int STREAMS_MAX = 4;
    private static final String KEY = "Idempotency-Key: shared";

    @TempDir
    Path folder;

    @Test
    void ownersKeysAndBoundsSurviveAKill() {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file",
                Keys.secretFile(folder).toString(), "--user-streams-max", Integer.toString(STREAMS_MAX), "--user-bytes-max", "64KiB", "--sees-all", "role=admin")) {
            Requests nobody = Requests.to(server);
            Requests neo = nobody.as(Jwt.of("Neo").by(Keys.SECRET));
            Requests smith = nobody.as(Jwt.of("Smith").by(Keys.SECRET));
            Requests talker = nobody.as(Jwt.of("Talker").by(Keys.SECRET));
            Requests admin = nobody.as(Jwt.of("Oracle").claim("role", "admin").by(Keys.SECRET));
            String ended = neo.ask("user", KEY);
            assertEquals("Neo;", neo.text(ended));
            String smiths = smith.ask("user", KEY);
            assertTrue(talker.answer("number 0 100 0 " + "x".repeat(1_000)).length() > 65_536);
            assertEquals(429, talker.get("/say%20x").status());
            List<String> running = new ArrayList<>();
            for (int i = 0; i < STREAMS_MAX; i++) {
                running.add(neo.ask("say x | hang"));
            }
            assertEquals(429, neo.get("/say%20x").status());

            server.kill("streamer");
            Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> nobody.get("/readyz").status() == 200);

            for (String stream : List.of(ended, running.getFirst())) {
                assertEquals(404, smith.get("/v1/stream/" + stream).status());
                assertEquals(404, smith.delete("/v1/stream/" + stream).status());
                assertEquals(200, neo.head("/v1/stream/" + stream).status());
                assertEquals(200, admin.head("/v1/stream/" + stream).status());
            }
            assertEquals("Neo;", neo.text(ended));
            assertEquals(ended, neo.ask("user", KEY));
            assertEquals(smiths, smith.ask("user", KEY));
            assertNotEquals(ended, smiths);
            assertTrue(!smith.get("/v1/streams").body().contains(ended) && neo.get("/v1/streams").body().contains(ended));
            assertEquals(429, neo.get("/say%20x").status());
            assertEquals(429, talker.get("/say%20x").status());
            assertEquals("x", smith.answer("say x"));
            // What was running ends when its producer is killed, and counts no more.
            server.kill("producer");
            Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> neo.get("/say%20x").status() == 200);
            assertEquals("failed", neo.head("/v1/stream/" + running.getFirst()).header("Stream-State"));
        }
    }
}
