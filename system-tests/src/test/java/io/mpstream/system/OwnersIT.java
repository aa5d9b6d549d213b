package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams have owners: the responder knows whom it answers, and besides them only those who see all may follow and stop. */
class OwnersIT {
    private static final KeyPair KEY = Keys.edwards();

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static Requests nobody;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-public-key",
                Keys.pemFile(folder, "ed.pem", KEY.getPublic()).toString(), "--sees-all", "roles=admin", "--user-claim", "plan", "--user-claim", "groups",
                "--user-claim", "level", "--feed", "ticks=" + "number 0 100000 20");
        nobody = Requests.to(server);
    }

    private static String sign(Jwt jwt) {
        return jwt.by("EdDSA", KEY.getPrivate());
    }

    private static Requests as(String user) {
        return nobody.as(sign(Jwt.of(user)));
    }

    private static Requests admin() {
        return nobody.as(sign(Jwt.of("Oracle").claim("roles", List.of("reader", "admin"))));
    }

    @Test
    void responderIsToldWhomItAnswers() {
        assertEquals("Neo;", as("Neo").answer("user"));
        assertEquals("Zoë 醒 😀;", as("Zoë 醒 😀").answer("user"));
        assertEquals("Neo;", as("Neo").get("/user?unit=any&user=Neo").body().strip());
        assertEquals("Neo;", as("Neo").text(Requests.json(as("Neo").post("/v1/streams", "{'query':'user','user':'Neo'}")).get("stream").asString()));
        for (String other : List.of("Smith", "neo", "Neo%20", "%4Eeo2")) {
            assertEquals(400, as("Neo").get("/user?user=" + other).status(), other);
        }
        assertEquals(400, as("Neo").post("/v1/streams", "{'query':'user','user':'Smith'}").status());
        assertEquals(400, as("Neo").post("/v1/streams?user=Smith", "{'query':'user'}").status());
        // Nor may those who see all speak for others.
        assertEquals(400, admin().get("/user?user=Neo").status());
        assertEquals("Oracle;", admin().answer("user"));
    }

    @Test
    void claimsTravelAndCannotBeMadeUp() {
        Requests neo = nobody.as(sign(Jwt.of("Neo").claim("plan", "gold \"中\"").claim("groups", List.of("a", "b")).claim("level", 7).claim("secret", "x")));
        assertEquals("gold \"中\"", neo.answer("attribute claim.plan"));
        assertEquals("[\"a\",\"b\"]", neo.answer("attribute claim.groups"));
        assertEquals("7", neo.answer("attribute claim.level"));
        assertEquals("(none)", neo.answer("attribute claim.secret"));
        assertEquals("(none)", as("Smith").answer("attribute claim.plan"));
        for (String name : List.of("claim.plan", "claim.", "claim.other", "mpstream.account", "mpstream.feed", "mpstream.idempotency-key")) {
            Wire.Response refused = as("Smith").post("/v1/streams", "{'query':'attribute claim.plan','attributes':{'" + name + "':'gold'}}");
            assertEquals(400, refused.status(), name);
        }
        Wire.Response own = as("Smith").post("/v1/streams?format=text&unit=any", "{'query':'user','attributes':{'colour':'red'}}");
        assertEquals("Smith;red", own.body().strip());
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(sign(Jwt.of("Neo").claim("plan", "gold"))))) {
            wire.say("{'ask':{'ref':'a','query':'user','attributes':{'claim.plan':'none'}}}");
            assertEquals(400, wire.error("a"));
            assertEquals("gold", wire.ask("b", "attribute claim.plan").whole("b", "completed"));
        }
    }

    @Test
    void whoSeesAllFollowsListsAndStopsThem() {
        String stream = as("Neo").ask("say seen | hang");
        for (Requests nearly : List.of(nobody.as(sign(Jwt.of("Smith").claim("roles", "administrator"))), nobody.as(sign(Jwt.of("Smith").claim("role", "admin"))),
                nobody.as(sign(Jwt.of("Smith").claim("roles", List.of("admin2", "ADMIN")))), nobody.as(sign(Jwt.of("Smith").claim("roles", Map.of("admin", true)))),
                as("admin"))) {
            assertEquals(404, nearly.get("/v1/stream/" + stream).status());
            assertEquals(404, nearly.delete("/v1/stream/" + stream).status());
        }
        for (Object roles : List.of("admin", "reader admin", List.of("admin"))) {
            String token = sign(Jwt.of("Oracle").claim("roles", roles));
            assertTrue(nobody.as(token).get("/v1/streams?user=Neo").body().contains(stream));
            try (Viewer viewer = new Viewer(server, Shape.LINES).with(Requests.bearer(token))) {
                assertEquals("seen", viewer.follow(stream, "").until(4).text());
            }
            try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token))) {
                wire.say("{'follow':{'ref':'a','stream':'" + stream + "'}}");
                assertEquals("seen", wire.next("a", "text").asString());
            }
        }
        // A ticket shows what its giver sees, and lets nobody stop it.
        String url = Requests.field(201, "url", admin().post("/v1/stream/" + stream + "/ticket", "{}"));
        assertEquals(200, nobody.head(url).status());
        Requests.assertRefused(401, Requests.INVALID, nobody.delete(url));
        assertEquals(204, admin().delete("/v1/stream/" + stream).status());
        assertEquals("seen", as("Neo").text(stream));
    }

    @Test
    void feedsAreForAllAndNobodysToStop() {
        String stream;
        try (Viewer viewer = new Viewer(server, Shape.EVENTS).with(Requests.bearer(sign(Jwt.of("Neo"))))) {
            viewer.open("/v1/feed/ticks?format=sse").until(() -> viewer.text().length() > 3);
            stream = viewer.stream();
        }
        assertEquals(403, as("Neo").delete("/v1/stream/" + stream).status());
        assertEquals(405, as("Neo").delete("/v1/feed/ticks").status());
        assertEquals("started", as("Smith").head("/v1/stream/" + stream).header("Stream-State"));
        assertEquals(204, admin().delete("/v1/stream/" + stream).status());
    }

    @Test
    void cookieIsMadeOfATokenAndCleared() {
        String token = sign(Jwt.of("Neo"));
        Wire.Response made = nobody.post("/v1/cookie", "", Requests.bearer(token));
        assertEquals(204, made.status());
        String cookie = made.header("Set-Cookie");
        for (String term : List.of("mpstream=" + token + ";", "HttpOnly", "Secure", "SameSite=Strict", "Path=/")) {
            assertTrue(cookie.contains(term), cookie);
        }
        var maxAge = Pattern.compile("Max-Age=(\\d+)").matcher(cookie);
        assertTrue(maxAge.find() && Integer.parseInt(maxAge.group(1)) > 500 && Integer.parseInt(maxAge.group(1)) <= 601, cookie);
        Requests browser = nobody.with("Cookie: theme=dark; " + cookie.substring(0, cookie.indexOf(';')));
        assertEquals("Neo;", browser.answer("user"));
        String stream = browser.ask("say x");
        assertEquals("x", as("Neo").text(stream));
        try (WebSocketWire wire = new WebSocketWire(server.connect(), "Cookie: mpstream=" + token)) {
            assertEquals("Neo;", wire.ask("a", "user").whole("a", "completed"));
        }
        try (Viewer viewer = new Viewer(server, Shape.EVENTS).with("Cookie: mpstream=" + token)) {
            assertEquals("Neo;", viewer.ask("user").all().text());
        }
        // From a cookie none is made: who has only that never learns the token.
        assertEquals(400, browser.post("/v1/cookie", "").status());
        String cleared = browser.delete("/v1/cookie").header("Set-Cookie");
        assertTrue(cleared.startsWith("mpstream=;") && cleared.contains("Max-Age=0"), cleared);
        assertEquals(405, browser.get("/v1/cookie").status());
        Requests.assertRefused(401, Requests.INVALID, nobody.post("/v1/cookie", "", Requests.bearer("nonsense")));
    }

    @Test
    void pagesFollowWithATicketAndNoHeaders() {
        String stream = as("Neo").ask("number 0 40 20");
        String url = Requests.field(201, "url", as("Neo").post("/v1/stream/" + stream + "/ticket", "{'expiresInS':60}"));
        try (Viewer source = new Viewer(server, Shape.EVENTS)) {
            source.open(url, "Accept: text/event-stream").until(10);
            source.cut(true);
            // As an EventSource comes back by itself.
            source.open(url, "Accept: text/event-stream", "Last-Event-ID: " + ((RebuiltEvents) source.got()).lastId()).all();
            assertEquals(Steps.numbers(0, 40), source.text());
            assertEquals("completed", source.outcome());
            source.open(url, "Accept: text/event-stream", "Last-Event-ID: " + stream + ":" + source.text().getBytes(StandardCharsets.UTF_8).length + ":end").head();
            assertEquals(204, source.response().status());
        }
        String feed = Requests.field(201, "url", as("Neo").post("/v1/feed/ticks/ticket", "{}"));
        assertTrue(feed.startsWith("/v1/feed/ticks?ticket="), feed);
        try (Viewer source = new Viewer(server, Shape.EVENTS)) {
            source.open(feed, "Accept: text/event-stream").until(() -> source.text().length() > 3);
            assertFalse(source.response().isWhole());
        }
        assertEquals(404, as("Neo").post("/v1/feed/none/ticket", "{}").status());
    }

    @Test
    void http2CarriesTokensTicketsAndCookies() {
        String token = sign(Jwt.of("Neo"));
        String stream = as("Neo").ask("say x");
        String url = Requests.field(201, "url", as("Neo").post("/v1/stream/" + stream + "/ticket", "{}"));
        try (Http2Wire wire = new Http2Wire(server.address().getPort(), Http2Wire.WIDE)) {
            assertEquals("Neo;\n", wire.whole(wire.get("/user", "authorization", "Bearer " + token)).body());
            assertEquals("x\n", wire.whole(wire.get(url)).body());
            assertEquals("Neo;\n", wire.whole(wire.get("/user", "cookie", "a=b", "cookie", "mpstream=" + token)).body());
            for (int refused : List.of(wire.get("/user"), wire.get("/user", "authorization", "Bearer x"), wire.get("/user", "cookie", "mpstream=x"))) {
                assertEquals(401, wire.whole(refused).status());
            }
            assertEquals(400, wire.whole(wire.get("/user", "authorization", "Bearer " + token, "authorization", "Bearer " + token)).status());
            assertEquals(404, wire.whole(wire.get("/v1/stream/" + stream, "authorization", "Bearer " + sign(Jwt.of("Smith")))).status());
        }
    }
}
