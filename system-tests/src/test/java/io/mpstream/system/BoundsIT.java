package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one user may hold at most, or one address where there are no users; and that nobody else feels it. */
class BoundsIT {
    private static final int STREAMS_MAX = 8;
    private static final int ASKS_MAX = 40;
    private static final int ENDED_MAX = 60;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer users;
    @AutoClose
    private static RunningServer addresses;

    @BeforeAll
    static void start() {
        String[] bounds = {"--responder", Steps.responder(), "--user-streams-max", Integer.toString(STREAMS_MAX), "--user-asks-max", Integer.toString(ASKS_MAX),
            "--user-bytes-max", "64KiB", "--streams-max", Integer.toString(ENDED_MAX), "--single"};
        users = RunningServer.start(folder, join(bounds, "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString()));
        addresses = RunningServer.start(folder, join(bounds, "--trusted-proxies", "127.0.0.1,10.0.0.0/8"));
    }

    private static String[] join(String[] some, String... more) {
        return java.util.stream.Stream.of(some, more).flatMap(java.util.Arrays::stream).toArray(String[]::new);
    }

    private static Requests user(String name) {
        return Requests.to(users).as(Jwt.of(name).by(Keys.SECRET));
    }

    /** As a proxy on this machine passes it on. */
    private static Requests from(String... fields) {
        return Requests.to(addresses).with(fields);
    }

    private static int post(Requests requests, String query) {
        return requests.post("/v1/streams", "{'query':'" + query + "'}").status();
    }

    private static void assertTooMany(Wire.Response response, int retryAfterSMax) {
        assertEquals(429, response.status(), response.body());
        int retryAfterS = Integer.parseInt(response.header("Retry-After"));
        assertTrue(retryAfterS >= 1 && retryAfterS <= retryAfterSMax, "Retry-After: " + retryAfterS);
        assertEquals("application/problem+json", response.header("Content-Type"));
    }

    private static List<String> fill(Requests requests) {
        List<String> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS_MAX; i++) {
            streams.add(requests.ask("say x | hang"));
        }
        return streams;
    }

    private static void free(Requests requests, List<String> streams) {
        streams.forEach(stream -> assertEquals(204, requests.delete("/v1/stream/" + stream).status()));
    }

    @Test
    void streamsAtOnceAreBoundedAndFreeAgainWhenTheyEnd() {
        Requests many = user("Many");
        List<String> streams = fill(many);
        assertTooMany(many.post("/v1/streams", "{'query':'say x'}"), 60);
        assertTooMany(many.get("/say%20x"), 60);
        assertTooMany(many.get("/v1/ask?q=say+x&format=sse"), 60);
        try (WebSocketWire wire = new WebSocketWire(users.connect(), Requests.bearer(Jwt.of("Many").by(Keys.SECRET)))) {
            assertEquals(429, wire.ask("a", "say x").error("a"));
        }
        // Whatever the token, it is the same user.
        assertTooMany(user("Many").with(Requests.bearer(Jwt.of("Many").lives(30).by(Keys.SECRET))).get("/say%20x"), 60);
        assertEquals("x", user("Other").answer("say x"));
        assertEquals(204, many.delete("/v1/stream/" + streams.removeFirst()).status());
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> post(many, "say x") == 201);
        free(many, streams);
    }

    @Test
    void viewersAtOnceAreBoundedAndFreeAgainWhenTheyLeave() {
        Requests watcher = user("Watcher");
        String stream = watcher.ask("say x | hang");
        String token = Requests.bearer(Jwt.of("Watcher").by(Keys.SECRET));
        List<Viewer> viewers = new ArrayList<>();
        try {
            for (int i = 0; i < STREAMS_MAX; i++) {
                viewers.add(new Viewer(users, Shape.LINES).with(token).follow(stream, "").until(1));
            }
            assertTooMany(watcher.get("/v1/stream/" + stream), 60);
            assertTooMany(watcher.get("/v1/stream/" + stream + "?live=long-poll"), 60);
            viewers.removeFirst().cut(true);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> watcher.get("/v1/stream/" + stream + "?live=false").status() == 200);
            assertEquals(200, watcher.head("/v1/stream/" + stream).status());
            assertEquals("x", user("Other").answer("say x"));
        } finally {
            viewers.forEach(Viewer::close);
        }
        free(watcher, List.of(stream));
    }

    @Test
    void asksAMinuteAreBoundedAndComeBackWithTime() {
        Requests hasty = user("Hasty");
        long startNs = System.nanoTime();
        int asked = askUntilTooMany(hasty);
        assertTrue(asked >= ASKS_MAX && asked <= ASKS_MAX + comeBackSince(startNs), asked + " queries were taken");
        assertEquals("x", user("Patient").answer("say x"));
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> hasty.get("/say%20x").status() == 200);
        // One by one they come back, not all at once.
        int more = 1 + askUntilTooMany(hasty);
        assertTrue(asked + more <= ASKS_MAX + comeBackSince(startNs), more + " queries more were taken");
    }

    /** How many are taken before one is refused. */
    private static int askUntilTooMany(Requests requests) {
        Wire.Response response = requests.get("/say%20x");
        int asked = 0;
        for (; response.status() == 200; asked++) {
            response = requests.get("/say%20x");
        }
        assertTooMany(response, 3);
        return asked;
    }

    private static long comeBackSince(long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) / (60_000 / ASKS_MAX) + 1;
    }

    @Test
    void retainedTextIsBoundedUntilItHasLeft() {
        Requests talker = user("Talker");
        String text = talker.answer("number 0 100 0 " + "x".repeat(1_000));
        assertTrue(text.length() > 100_000);
        Wire.Response refused = talker.get("/say%20x");
        assertTooMany(refused, 600);
        assertEquals("x", user("Terse").answer("say x"));
        // Others ask until the oldest streams leave.
        for (int i = 0; i < 2 * ENDED_MAX; i++) {
            assertEquals("x", user("Terse-" + i / 20).answer("say x"));
        }
        Awaitility.await().atMost(25, TimeUnit.SECONDS).pollInterval(200, TimeUnit.MILLISECONDS).until(() -> post(talker, "say x") == 201);
    }

    @Test
    void addressesAreBoundedEachForItself() {
        Requests one = from("X-Forwarded-For: 203.0.113.1");
        List<String> streams = fill(one);
        for (Requests same : List.of(one, from("X-Forwarded-For: 198.51.100.9, 203.0.113.1"), from("X-Forwarded-For: 203.0.113.1, 10.1.2.3"),
                from("X-Forwarded-For: 127.0.0.1, 203.0.113.1, 10.1.2.3"), from("X-Forwarded-For: 198.51.100.9", "X-Forwarded-For: 203.0.113.1"),
                from("X-Forwarded-For: 203.0.113.1:4711"), from("Forwarded: for=203.0.113.1"), from("Forwarded: for=198.51.100.9, for=203.0.113.1;proto=https"),
                from("Forwarded: for=\"203.0.113.1:4711\";by=10.0.0.1"), from("X-Forwarded-For: nonsense, 203.0.113.1"))) {
            assertTooMany(same.get("/say%20x"), 60);
        }
        for (Requests other : List.of(from("X-Forwarded-For: 203.0.113.2"), from("X-Forwarded-For: 203.0.113.1, 198.51.100.9"), from())) {
            assertEquals("x", other.answer("say x"));
        }
        free(from(), streams);
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> post(one, "say x") == 201);
    }

    @Test
    void addressesOfOneNetworkOfIpv6AreOne() {
        Requests one = from("X-Forwarded-For: 2001:db8::1");
        List<String> streams = fill(one);
        for (Requests same : List.of(one, from("X-Forwarded-For: 2001:db8::ffff:1:2:3"), from("Forwarded: for=\"[2001:db8::2]\""),
                from("Forwarded: For=\"[2001:0db8:0:0:1::7]:4711\""))) {
            assertTooMany(same.get("/say%20x"), 60);
        }
        assertEquals("x", from("X-Forwarded-For: 2001:db8:0:1::1").answer("say x"));
        free(from(), streams);
    }

    @Test
    void headerThatTheProxyDoesNotWriteDodgesNothing() {
        // Most proxies add to one of the two, and pass the other on as the client has sent it.
        List<String> streams = fill(from("X-Forwarded-For: 203.0.113.77"));
        for (String forged : List.of("for=198.51.100.1", "for=127.0.0.1", "for=unknown", "for=10.0.0.1", "nonsense")) {
            int status = post(from("Forwarded: " + forged, "X-Forwarded-For: 203.0.113.77"), "say x");
            assertTrue(status == 429 || status == 400, forged + " " + status);
        }
        free(from(), streams);
    }

    @Test
    void nobodyIsBelievedWhoIsNoTrustedProxy() {
        // With users their names count, whatever addresses are claimed.
        Requests spoofing = user("Spoofing");
        List<String> streams = fill(spoofing);
        for (int i = 0; i < 3; i++) {
            assertTooMany(spoofing.get("/say%20x", "X-Forwarded-For: 203.0.113." + i, "Forwarded: for=203.0.113." + i), 60);
        }
        free(spoofing, streams);
        try (RunningServer plain = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--user-streams-max", "1")) {
            for (int i = 0; i < 3; i++) {
                // All of them are this machine, which is not counted.
                assertEquals(201, post(Requests.to(plain).with("X-Forwarded-For: 203.0.113.1", "Forwarded: for=203.0.113.1"), "hang"));
            }
        }
    }
}
