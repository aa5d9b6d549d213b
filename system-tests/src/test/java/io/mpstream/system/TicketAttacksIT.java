package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tickets, refresh tokens and access tokens, each where another is wanted; and all of them revoked. */
class TicketAttacksIT {
    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static Requests nobody;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString(),
                "--issue-tokens", "--feed", "ticks=" + "number 0 100000 20", "--feed", "tocks=" + "number 0 100000 20");
        nobody = Requests.to(server);
    }

    private static Requests neo() {
        return nobody.as(Jwt.of("Neo").by(Keys.SECRET));
    }

    private static String ticket(Requests requests, String path, String body) {
        Wire.Response created = requests.post(path + "/ticket", body);
        String ticket = Requests.field(201, "ticket", created);
        assertEquals(path + "?ticket=" + ticket, Requests.json(created).get("url").asString());
        return ticket;
    }

    private static void assertBad(Wire.Response response) {
        Requests.assertRefused(401, Requests.INVALID, response);
    }

    @Test
    void ticketIsGoodForItsStreamAndForReadingOnly() {
        String stream = neo().ask("say x");
        String ticket = ticket(neo(), "/v1/stream/" + stream, "{}");
        String other = neo().ask("say y");
        assertEquals("x\n", nobody.get("/v1/stream/" + stream + "?unit=any&ticket=" + ticket).body());
        assertEquals(200, nobody.head("/v1/stream/" + stream + "?ticket=" + ticket).status());

        Wire.Response read = nobody.get("/v1/durable/v1/stream/" + stream + "?ticket=" + ticket);
        assertEquals("x", read.body());
        assertEquals("no-store", read.header("Cache-Control"), "what is somebody's own stays in no cache");
        Requests.assertRefused(401, Requests.WANTED, nobody.get("/v1/durable/v1/stream/" + stream));
        assertBad(nobody.delete("/v1/durable/v1/stream/" + stream + "?ticket=" + ticket));
        assertEquals(404, nobody.get("/v1/durable/v1/stream/" + other + "?ticket=" + ticket).status());

        assertEquals(404, nobody.get("/v1/stream/" + other + "?ticket=" + ticket).status());
        assertEquals(404, nobody.head("/v1/stream/" + other + "?ticket=" + ticket).status());
        // By way of its own path.
        for (String format : List.of("text", "sse", "ndjson")) {
            assertEquals(404, nobody.get("/v1/stream/" + stream + "?format=" + format + "&ticket=" + ticket, "Last-Event-ID: " + other + ":0").status());
        }
        for (String path : List.of("/v1/feed/ticks", "/v1/feed/none", "/v1/stream/" + "0".repeat(32))) {
            assertEquals(404, nobody.get(path + "?ticket=" + ticket).status(), path);
        }
        for (String path : List.of("/v1/streams", "/user", "/v1/ask", "/v1/ws", "/v1/token/none")) {
            Requests.assertRefused(401, Requests.WANTED, nobody.get(path + "?ticket=" + ticket));
        }
        assertBad(nobody.delete("/v1/stream/" + stream + "?ticket=" + ticket));
        assertBad(nobody.post("/v1/stream/" + stream + "/ticket?ticket=" + ticket, "{}"));
        assertBad(nobody.post("/v1/stream/" + stream + "/renew?ticket=" + ticket, ""));
        assertBad(nobody.post("/v1/feed/ticks/ticket?ticket=" + ticket, "{}"));
        Requests.assertRefused(401, Requests.WANTED, nobody.post("/v1/streams?ticket=" + ticket, "{'query':'user'}"));
        assertEquals("completed", nobody.head("/v1/stream/" + stream + "?ticket=" + ticket).header("Stream-State"));
    }

    @Test
    void ticketOfAFeedIsGoodForThatFeedOnly() {
        String stream = neo().ask("say x");
        String ticket = ticket(neo(), "/v1/feed/ticks", "{}");
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            viewer.open("/v1/feed/ticks?format=sse&ticket=" + ticket).until(() -> viewer.text().length() > 3);
            String id = ((RebuiltEvents) viewer.got()).lastId();
            viewer.open("/v1/feed/ticks?format=sse&ticket=" + ticket, "Last-Event-ID: " + id).head();
            assertEquals(200, viewer.response().status());
        }
        assertEquals(404, nobody.get("/v1/feed/tocks?ticket=" + ticket).status());
        assertEquals(404, nobody.get("/v1/stream/" + stream + "?ticket=" + ticket).status());
        assertGoesOnWithTicks(ticket, stream);
        assertGoesOnWithTicks(ticket, "0".repeat(32));
        try (Viewer tocks = new Viewer(server, Shape.EVENTS)) {
            tocks.with(Requests.bearer(Jwt.of("Neo").by(Keys.SECRET))).open("/v1/feed/tocks?format=sse").until(() -> tocks.text().length() > 3);
            assertGoesOnWithTicks(ticket, tocks.stream());
            assertEquals(404, nobody.get("/v1/stream/" + tocks.stream() + "?ticket=" + ticket).status());
        }
        assertBad(nobody.delete("/v1/feed/ticks?ticket=" + ticket));
    }

    /** A stream that the ticket is not for is like one that is not there: nothing of it is told, and the feed goes on. */
    private static void assertGoesOnWithTicks(String ticket, String lastStream) {
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            viewer.open("/v1/feed/ticks?format=sse&ticket=" + ticket, "Last-Event-ID: " + lastStream + ":0").until(() -> viewer.text().length() > 3);
            assertNotEquals(lastStream, viewer.stream());
            assertTrue(viewer.text().matches("[0-9;]+"), viewer.text());
        }
    }

    @Test
    void ticketExpires() {
        String stream = neo().ask("say x");
        String path = "/v1/stream/" + stream;
        String ticket = ticket(neo(), path, "{'expiresInS':1}");
        assertEquals(200, nobody.get(path + "?ticket=" + ticket).status());
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> nobody.get(path + "?ticket=" + ticket).status() == 401);
        assertBad(nobody.get(path + "?ticket=" + ticket));
        for (String life : List.of("0", "-1", "604801", "1e3", "'600'", "1.5", "99999999999999999999")) {
            assertEquals(400, neo().post(path + "/ticket", "{'expiresInS':" + life + "}").status(), life);
        }
        assertEquals(400, neo().post(path + "/ticket", "{'expires':1}").status());
        assertEquals(400, neo().post(path + "/ticket", "[]").status());
    }

    @Test
    void ticketAndTokenAreOneTooMany() {
        String stream = neo().ask("say x");
        String ticket = ticket(neo(), "/v1/stream/" + stream, "{}");
        String token = Jwt.of("Neo").by(Keys.SECRET);
        Requests.assertRefused(400, Requests.TWICE, nobody.get("/v1/stream/" + stream + "?ticket=" + ticket, Requests.bearer(token)));
        Requests.assertRefused(400, Requests.TWICE, nobody.get("/v1/stream/" + stream + "?ticket=" + ticket, Requests.bearer("bad")));
        assertEquals(400, nobody.get("/v1/stream/" + stream + "?ticket=" + ticket + "&ticket=" + ticket).status());
        assertBad(nobody.get("/v1/stream/" + stream + "?ticket="));
        assertBad(nobody.get("/v1/stream/" + stream + "?ticket=" + ticket.substring(0, ticket.length() - 1)));
        assertBad(nobody.get("/v1/stream/" + stream + "?ticket=" + Jwt.of("Neo").header("typ", "mpstream-ticket+jwt").claim("path", "/v1/stream/" + stream)
                .by(Keys.SECRET)));
    }

    @Test
    void noneOfThemIsGoodForAnother() {
        String stream = neo().ask("say x");
        String path = "/v1/stream/" + stream;
        String ticket = ticket(neo(), path, "{}");
        Wire.Response pair = nobody.post("/v1/token", "{'user':'Neo'}");
        String access = Requests.field(200, "access", pair);
        String refresh = Requests.field(200, "refresh", pair);
        assertEquals("Neo;", nobody.as(access).answer("user"));

        for (String bearer : List.of(refresh, ticket)) {
            assertBad(nobody.as(bearer).get("/user"));
            assertBad(nobody.as(bearer).get(path));
            assertBad(nobody.get("/user", "Cookie: mpstream=" + bearer));
            assertBad(nobody.as(bearer).post("/v1/cookie", ""));
        }
        for (String asked : List.of(refresh, access)) {
            assertBad(nobody.get(path + "?ticket=" + asked));
        }
        String forged = Jwt.of("Neo").header("typ", "mpstream-refresh+jwt").claim("serial", 1).claim("mpstream_family", "0".repeat(32)).by(Keys.SECRET);
        for (String spent : List.of(access, ticket, forged, "nonsense", "")) {
            assertBad(nobody.post("/v1/token/refresh", "{'refresh':'" + spent + "'}"));
        }
        // None of these attempts has harmed the family.
        assertNotEquals(refresh, Requests.field(200, "refresh", nobody.post("/v1/token/refresh", "{'refresh':'" + refresh + "'}")));
    }

    @Test
    void revokedTokenIsGoodNoMoreAndNeitherAreItsTickets() {
        String token = Jwt.of("Trinity").by(Keys.SECRET);
        String other = Jwt.of("Trinity").lives(300).by(Keys.SECRET);
        String stream = nobody.as(token).ask("say x");
        String ticket = ticket(nobody.as(token), "/v1/stream/" + stream, "{}");
        String kept = ticket(nobody.as(token), "/v1/stream/" + stream, "{'expiresInS':60}");
        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + ticket + "'}").status());
        assertBad(nobody.get("/v1/stream/" + stream + "?ticket=" + ticket));
        assertEquals(200, nobody.get("/v1/stream/" + stream + "?ticket=" + kept).status());

        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + token + "'}").status());
        assertBad(nobody.as(token).get("/v1/stream/" + stream));
        assertEquals(200, nobody.as(other).get("/v1/stream/" + stream).status());
        // Written in another way it is the same token.
        assertBad(nobody.as(token + "=").get("/v1/stream/" + stream));
        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'nonsense'}").status());
        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + token + "'}").status());
    }

    @Test
    void revokedUserHasNothingGoodFromBefore() {
        String token = Jwt.of("Cypher").by(Keys.SECRET);
        String timeless = Jwt.of("Cypher").claim("iat", null).by(Keys.SECRET);
        String stream = nobody.as(token).ask("say x");
        String ticket = ticket(nobody.as(token), "/v1/stream/" + stream, "{}");
        Wire.Response pair = nobody.post("/v1/token", "{'user':'Cypher'}");
        assertEquals(200, nobody.as(timeless).get("/v1/stream/" + stream).status());

        assertEquals(204, nobody.post("/v1/token/revoke", "{'user':'Cypher'}").status());
        for (String bearer : List.of(token, timeless, Requests.field(200, "access", pair))) {
            assertBad(nobody.as(bearer).get("/v1/stream/" + stream));
        }
        assertBad(nobody.get("/v1/stream/" + stream + "?ticket=" + ticket));
        assertBad(nobody.post("/v1/token/refresh", "{'refresh':'" + Requests.field(200, "refresh", pair) + "'}"));

        // What is issued from now on is good, at once.
        String fresh = Requests.field(200, "token", nobody.post("/generate_token", "{'user_id':'Cypher'}"));
        assertEquals("x", nobody.as(fresh).text(stream));
        assertEquals("x", neoLike("Cypher").text(stream));
        assertEquals("Neo;", neo().answer("user"));
    }

    /** A token of this user that is younger than any revocation by now: no clock is further ahead. */
    private static Requests neoLike(String user) {
        return nobody.as(Jwt.of(user).claim("iat", Jwt.nowS() + 1).by(Keys.SECRET));
    }

    @Test
    void revokingIsNobodyElsesBusiness() {
        String token = Jwt.of("Morpheus").by(Keys.SECRET);
        for (String foreign : List.of("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Host: evil.example", "Via: 1.1 proxy", "X-Real-IP: ::1")) {
            Requests.assertRefused(401, Requests.WANTED, nobody.post("/v1/token/revoke", "{'user':'Morpheus'}", foreign));
            Requests.assertRefused(401, Requests.WANTED, nobody.as(token).post("/v1/token/revoke", "{'user':'Morpheus'}", foreign));
        }
        for (String bad : List.of("{}", "{'user':'Morpheus','token':'x'}", "{'user':''}", "{'user':7}", "nonsense", "[]")) {
            assertEquals(400, nobody.post("/v1/token/revoke", bad).status(), bad);
        }
        assertEquals(405, nobody.get("/v1/token/revoke").status());
        assertEquals("Morpheus;", nobody.as(token).answer("user"));
        assertTrue(server.output().stream().noneMatch(line -> line.contains("ERROR") || line.contains("Exception")), () -> server.output().toString());
    }
}
