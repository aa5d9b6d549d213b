package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Streams that outlive the tokens that they are read with. */
@Order(1)
class RenewalIT {
    private static final int SEGMENTS = 300;
    private static final String PIECE = "é中😀";
    private static final long LIFE_S = 5;
    private static final int RENEWALS_MIN = 5;
    private static final int GONE_WITHIN_MS = 1_000;
    private static final int EXPIRED = 4401;
    private static final List<Shape> SHAPES = List.of(Shape.EVENTS, Shape.LINES, Shape.CHARACTERS);

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString(),
                "--issue-tokens");
    }

    private static String token(String user, long lifeS) {
        return Jwt.of(user).lives(lifeS).by(Keys.SECRET);
    }

    private static Requests as(String token) {
        return Requests.to(server).as(token);
    }

    /** What the responder writes with these bounds. */
    private static String numbers(int to) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < to; i++) {
            text.append(PIECE).append(i).append(';');
        }
        return text.toString();
    }

    private static String query(int to, int ms) {
        return "number 0 " + to + " " + ms + " " + PIECE;
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void streamOfHalfAMinuteIsReadWithTokensOfFiveSeconds() throws Exception {
        Together.play(4, i -> {
            if (i < SHAPES.size()) {
                watchAndRenew("user-" + i, SHAPES.get(i));
            } else {
                listenAndRenew("user-" + i);
            }
        });
    }

    private static void watchAndRenew(String user, Shape shape) throws Exception {
        AtomicInteger renewals = new AtomicInteger();
        try (Viewer viewer = new Viewer(server, shape).with(Requests.bearer(token(user, LIFE_S)))) {
            viewer.ask(query(SEGMENTS, 100), "").head();
            Supplier<Integer> renew = () -> as(token(user, LIFE_S)).post("/v1/stream/" + viewer.stream() + "/renew", "").status();
            long dueNs = System.nanoTime();
            while (viewer.read(4_096)) {
                // Plain text cannot ask: its client keeps the time.
                dueNs = dueNs == 0 ? System.nanoTime() : dueNs;
                boolean isAsked = shape.isText() ? System.nanoTime() - dueNs > TimeUnit.MILLISECONDS.toNanos(2_500)
                        : viewer.got().events("challenge").size() > renewals.get();
                if (isAsked) {
                    dueNs = System.nanoTime();
                    renewals.incrementAndGet();
                    assertEquals(204, renew.get());
                }
            }
            assertEquals(numbers(SEGMENTS), viewer.text());
            assertEquals("completed", viewer.outcome(), viewer.got().events().toString());
            assertEquals(sha256(numbers(SEGMENTS)), viewer.got().sha256());
            assertTrue(renewals.get() >= RENEWALS_MIN, shape + " " + renewals);
            for (String challenge : viewer.got().events("challenge")) {
                JsonNode told = Rebuilt.JSON.readTree(challenge);
                assertEquals("/v1/stream/" + viewer.stream() + "/renew", told.get("renew").asString());
                assertTrue(told.get("expiresInMs").asLong() <= 3_000, challenge);
            }
        }
    }

    private static void listenAndRenew(String user) {
        int renewals = 0;
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token(user, LIFE_S)))) {
            wire.ask("a", query(SEGMENTS, 100));
            StringBuilder text = new StringBuilder();
            JsonNode end = null;
            while (end == null) {
                JsonNode message = WebSocketWire.parse(wire.frame());
                if (message.has("challenge")) {
                    assertTrue(message.get("challenge").get("expiresInMs").asLong() <= 3_000, message.toString());
                    wire.say("{'token':'" + token(user, LIFE_S) + "'}");
                } else if (message.has("renewed")) {
                    renewals++;
                    assertTrue(message.get("renewed").get("expiresInMs").asLong() > 3_000, message.toString());
                } else if (message.has("text")) {
                    text.append(message.get("text").asString());
                } else {
                    assertFalse(message.has("error"), message.toString());
                    end = message.get("end");
                }
            }
            assertEquals(numbers(SEGMENTS), text.toString());
            assertEquals("completed", end.get("outcome").asString());
            assertEquals(sha256(numbers(SEGMENTS)), end.get("sha256").asString());
            assertTrue(renewals >= RENEWALS_MIN, "renewals: " + renewals);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void streamThatIsNotRenewedEndsAndIsResumed() throws Exception {
        Together.play(4, i -> {
            if (i < SHAPES.size()) {
                expireAndResume("late-" + i, SHAPES.get(i));
            } else {
                hangUpAndResume("late-" + i);
            }
        });
    }

    private static void expireAndResume(String user, Shape shape) throws Exception {
        String token = token(user, 1);
        try (Viewer viewer = new Viewer(server, shape).with(Requests.bearer(token))) {
            viewer.ask(query(60, 100), "").all();
            long lateMs = System.currentTimeMillis() - (expiryMs(token) + 1_000);
            assertTrue(lateMs > -100 && lateMs < 1_500, "ended " + lateMs + " ms after the token and its leeway");
            // In the way of its format: told, and then whole; or broken, for want of words.
            assertEquals(!shape.isText(), viewer.response().isWhole());
            assertEquals(shape.isText() ? 0 : 1, viewer.got().events("expired").size(), viewer.got().events().toString());
            assertNull(viewer.outcome());
            viewer.got().lost();
            assertTrue(viewer.text().length() > 0 && numbers(60).startsWith(viewer.text()), viewer.text());

            viewer.resume().head();
            assertEquals(401, viewer.response().status());
            viewer.with(Requests.bearer(token(user, 60))).comeBack().all();
            assertEquals(numbers(60), viewer.text());
            assertEquals("completed", viewer.outcome());
            assertEquals(sha256(numbers(60)), viewer.got().sha256());
        }
    }

    private static long expiryMs(String token) {
        String claims = new String(java.util.Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        return Rebuilt.JSON.readTree(claims).get("exp").asLong() * 1_000;
    }

    private static void hangUpAndResume(String user) {
        String stream;
        StringBuilder text = new StringBuilder();
        long offset = 0;
        String token = token(user, 1);
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token))) {
            stream = wire.ask("a", query(60, 100)).next("a", "stream").asString();
            WebSocketWire.Frame frame = wire.frame();
            for (; frame.opcode() != WebSocketWire.CLOSE; frame = wire.frame()) {
                JsonNode message = WebSocketWire.parse(frame);
                text.append(message.path("text").asString(""));
                offset = message.path("offset").asLong(offset);
            }
            long lateMs = System.currentTimeMillis() - (expiryMs(token) + 1_000);
            assertTrue(lateMs > -100 && lateMs < 1_500, "ended " + lateMs + " ms after the token and its leeway");
            assertEquals(EXPIRED, java.nio.ByteBuffer.wrap(frame.payload()).getShort());
        }
        assertTrue(offset > 0 && numbers(60).startsWith(text.toString()));
        try (Wire wire = server.connect()) {
            assertEquals(401, WebSocketWire.handshake(wire, Requests.bearer(token), WebSocketWire.PROTOCOL).status());
        }
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token(user, 60)))) {
            wire.say("{'follow':{'ref':'b','stream':'" + stream + "','offset':" + offset + "}}");
            assertEquals(numbers(60), text + wire.whole("b", "completed"));
        }
    }

    @Test
    void revokedTokenEndsWhatItReadsWithinASecond() throws Exception {
        String token = token("Revoked", 600);
        assertGone("Revoked", token, "{'token':'" + token + "'}");
        // Another of the same user is as good as before.
        assertEquals(200, as(token("Revoked", 60)).get("/v1/streams").status());
    }

    @Test
    void revokedUserLosesWhatIsReadWithinASecond() throws Exception {
        assertGone("Outcast", token("Outcast", 600), "{'user':'Outcast'}");
    }

    /** Has all formats read, one of them nothing yet, and measures how long they do so after a revocation. */
    private static void assertGone(String user, String token, String revocation) throws Exception {
        String bystander = token("Bystander", 600);
        CountDownLatch reading = new CountDownLatch(7);
        String polled = as(token).ask("hang");
        List<Long> goneNs = new ArrayList<>();
        long[] revokedNs = new long[1];
        try (Viewer other = new Viewer(server, Shape.EVENTS).with(Requests.bearer(bystander))) {
            other.ask(query(100, 20), "").until(10);
            Together.play(7, i -> {
                if (i == 0) {
                    reading.countDown();
                    reading.await();
                    revokedNs[0] = System.nanoTime();
                    assertEquals(204, Requests.to(server).post("/v1/token/revoke", revocation).status());
                } else if (i == 1) {
                    listenUntilGone(token, reading);
                } else if (i == 2) {
                    reading.countDown();
                    assertEquals(401, as(token).get("/v1/stream/" + polled + "?live=long-poll").status());
                } else {
                    Shape shape = SHAPES.get(i % SHAPES.size());
                    try (Viewer viewer = new Viewer(server, shape).with(Requests.bearer(token))) {
                        viewer.ask(i == 3 ? "say x | hang" : query(1_000, 20), "").until(1);
                        reading.countDown();
                        viewer.all();
                        assertNull(viewer.outcome());
                        assertEquals(!shape.isText(), viewer.response().isWhole());
                        assertEquals(shape.isText() ? 0 : 1, viewer.got().events("expired").size());
                    }
                }
                synchronized (goneNs) {
                    goneNs.add(System.nanoTime());
                }
            });
            goneNs.forEach(each -> assertTrue(each - revokedNs[0] < TimeUnit.MILLISECONDS.toNanos(GONE_WITHIN_MS), user + " " + (each - revokedNs[0])));
            assertEquals(401, as(token).get("/v1/streams").status());
            assertEquals("completed", other.all().outcome());
        }
    }

    private static void listenUntilGone(String token, CountDownLatch reading) {
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token))) {
            wire.ask("a", query(1_000, 20)).next("a", "text");
            reading.countDown();
            assertEquals(EXPIRED, wire.closing());
        }
    }

    @Test
    void sessionOfATicketEndsWithItAndIsNotRenewed() throws Exception {
        Requests owner = as(token("Ticketed", 600));
        String path = "/v1/stream/" + owner.ask(query(1_000, 20));
        Together.play(SHAPES.size(), i -> {
            Shape shape = SHAPES.get(i);
            try (Viewer viewer = new Viewer(server, shape)) {
                String ticket = Requests.field(201, "ticket", owner.post(path + "/ticket", "{'expiresInS':2}"));
                viewer.open(path + "?" + shape.options() + "&ticket=" + ticket).until(1);
                assertEquals(204, owner.post(path + "/renew", "").status());
                viewer.all();
                assertTrue(System.currentTimeMillis() - expiryMs(ticket) < 1_500);
                assertNull(viewer.outcome());
                assertEquals(!shape.isText(), viewer.response().isWhole());
                assertEquals(List.of(), viewer.got().events("challenge"));
                viewer.open(path + "?" + shape.options() + "&ticket=" + ticket).head();
                assertEquals(401, viewer.response().status());
            }
        });
        assertEquals(204, owner.delete(path).status());
    }

    @Test
    void onlyOnesOwnFreshTokenRenews() {
        String path;
        try (Viewer viewer = new Viewer(server, Shape.LINES).with(Requests.bearer(token("Own", 2)))) {
            path = "/v1/stream/" + viewer.ask(query(1_000, 20), "").until(1).stream();
            assertEquals(404, as(token("Foreign", 600)).post(path + "/renew", "").status());
            // One that ends no later is none.
            assertEquals(204, as(token("Own", 1)).post(path + "/renew", "").status());
            assertEquals(1, viewer.all().got().events("expired").size());
        }
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token("Own", 2)))) {
            for (String bad : List.of("nonsense", token("Foreign", 600), token("Own", -5), Jwt.of("Own").by(new byte[32]))) {
                assertEquals(401, wire.say("{'token':'" + bad + "'}").error(""), bad);
            }
            assertEquals(400, wire.say("{'token':{'token':'x'}}").error(""));
            assertEquals(EXPIRED, wire.closing());
        }
        assertEquals(204, as(token("Own", 60)).delete(path).status());
    }

    @Test
    void overHttp2OneStreamEndsAndTheConnectionGoesOn() {
        try (Http2Wire wire = new Http2Wire(server.address().getPort(), Http2Wire.WIDE)) {
            String fresh = "Bearer " + token("Framed", 600);
            int lasting = wire.get("/" + Wire.encode(query(50, 100)), "authorization", fresh);
            String old = "Bearer " + token("Framed", 1);
            int text = wire.get("/" + Wire.encode(query(1_000, 20)), "authorization", old);
            int events = wire.get("/" + Wire.encode(query(1_000, 20)) + "?format=sse", "authorization", old);
            int lines = wire.get("/" + Wire.encode(query(1_000, 20)) + "?format=ndjson", "authorization", old);
            assertTrue(wire.whole(text).isReset());
            assertTrue(wire.whole(text).body().startsWith(PIECE));
            assertTrue(wire.whole(events).isWhole() && wire.whole(events).body().contains("event: expired\n"));
            assertTrue(wire.whole(lines).isWhole() && wire.whole(lines).body().endsWith("{\"expired\":true}\n"));
            assertEquals(numbers(50) + "\n", wire.whole(lasting).body());
        }
    }

    @Test
    void readerThatDoesNotReadIsCutOffToo() throws Exception {
        String token = token("Slow", 2);
        String stream = as(token).ask("feed 0 1000000 0 10000");
        try (Wire wire = new Wire(server.address().getPort(), 4_096)) {
            wire.send("GET /v1/stream/" + stream + "?unit=any HTTP/1.1\r\nHost: localhost\r\n" + Requests.bearer(token) + "\r\n\r\n");
            assertEquals(200, wire.head().status());
            // It reads nothing until the token is no good any more.
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> as(token).head("/v1/stream/" + stream).status() == 401);
            TimeUnit.MILLISECONDS.sleep(GONE_WITHIN_MS);
            long startNs = System.nanoTime();
            assertFalse(wire.rest().contains("Stream-Outcome: "));
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertTrue(tookMs < 5_000, "was still open " + tookMs + " ms later");
        }
        assertEquals(204, as(token("Slow", 60)).delete("/v1/stream/" + stream).status());
    }
}
