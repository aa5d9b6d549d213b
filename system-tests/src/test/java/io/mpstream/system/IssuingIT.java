package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens that the server issues itself: one, pairs, their rotation, and all of it after a kill. */
class IssuingIT {
    private static final String ISSUE_SECRET = "sixteen bytes ok";
    private static final String PAGE = "https://page.example";
    /** What shows that a request was not sent on this machine, by one of its own. */
    private static final List<String> STRANGERS = List.of("X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 203.0.113.7", "Forwarded: for=127.0.0.1",
            "Forwarded: for=\"[::1]\"", "Via: 1.1 proxy", "X-Real-IP: 127.0.0.1", "X-Forwarded-Host: localhost", "Host: mpstream.example",
            "Host: 203.0.113.7", "Host: localhost.evil.example", "Host: 127.0.0.1.evil.example", "Origin: " + PAGE);
    private static final String ISSUER = "https://mpstream.example";

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static Requests nobody;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--max-gen-len", "1", "--interval", "10ms", "--auth", "jwt", "--issue-tokens", "--token-life", "90s",
                "--jwt-issuer", ISSUER, "--jwt-audience", "mpstream", "--cors-origin", PAGE);
        nobody = Requests.to(server);
    }

    private static JsonNode claims(String token) {
        return Rebuilt.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    private static Wire.Response pair(String user) {
        Wire.Response pair = nobody.post("/v1/token", "{'user':'" + user + "'}");
        assertEquals(200, pair.status(), pair.body());
        return pair;
    }

    private static Wire.Response refresh(String refresh) {
        return nobody.post("/v1/token/refresh", "{'refresh':'" + refresh + "'}");
    }

    private static String access(Wire.Response pair) {
        return Requests.field(200, "access", pair);
    }

    private static String refreshOf(Wire.Response pair) {
        return Requests.field(200, "refresh", pair);
    }

    @Test
    void clientsOfTheOriginalGetATokenAndAsk() {
        int port = server.address().getPort();
        // As curl -X POST -H 'Content-Type: application/json' -d '{"user_id": "User1"}' has it, and as Python's requests.post(json=…).
        String body = "{\"user_id\": \"User1\"}";
        for (String head : List.of("POST /generate_token HTTP/1.1\r\nHost: localhost:" + port + "\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n",
                "POST /generate_token HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUser-Agent: python-requests/2.31.0\r\nAccept-Encoding: gzip, deflate\r\n"
                        + "Accept: */*\r\nConnection: keep-alive\r\nContent-Length: " + body.length() + "\r\nContent-Type: application/json\r\n\r\n")) {
            try (Wire wire = server.connect()) {
                Wire.Response issued = wire.send(head).send(body).response();
                String token = Requests.field(200, "token", issued);
                assertEquals("application/json", issued.header("Content-Type"));
                assertEquals("no-store", issued.header("Cache-Control"));
                assertEquals(1, Requests.json(issued).size());
                Wire.Response answer = wire.send("GET /hello HTTP/1.1\r\nHost: localhost:" + port + "\r\nAuthorization: Bearer " + token
                        + "\r\nAccept: */*\r\n\r\n").response();
                assertEquals(200, answer.status());
                assertTrue(answer.body().startsWith("Hello, User1! hello: "), answer.body());
                assertTrue(answer.chunks().stream().allMatch(chunk -> chunk.codePointCount(0, chunk.length()) == 1));
                assertEquals("User1", claims(token).get("sub").asString());
            }
        }
        try (Wire wire = server.connect()) {
            assertEquals(401, wire.get("/hello").response().status());
        }
        // What asks for a token with any other method is a query like any other.
        Requests.assertRefused(401, Requests.WANTED, nobody.get("/generate_token"));
    }

    @Test
    void tokensSayWhomTheyAreForAndHowLong() {
        Wire.Response pair = pair("Trinity");
        assertEquals(90, Requests.json(pair).get("expiresInS").asLong());
        JsonNode access = claims(access(pair));
        assertEquals("Trinity", access.get("sub").asString());
        assertEquals(ISSUER, access.get("iss").asString());
        long lifeS = access.get("exp").asLong() - access.get("iat").asLong();
        assertTrue(lifeS >= 90 && lifeS <= 92, access.toString());
        assertNotEquals(access(pair), access(pair("Trinity")));
        assertTrue(nobody.as(access(pair)).answer("醒醒").startsWith("Hello, Trinity! 醒醒: "));
    }

    @Test
    void namesOfAllKindsAreTakenAsTheyAre() {
        for (String name : List.of("a", "Zoë 醒 😀", "user:1", "../../etc/passwd", "<script>", "x".repeat(256))) {
            String token = Requests.field(200, "token", nobody.post("/generate_token", "{'user_id':'" + name + "'}"));
            assertTrue(nobody.as(token).answer("hi").startsWith("Hello, " + name + "! "), name);
        }
    }

    @Test
    void refreshTokensRotateAndASpentOneRevokesItsFamily() {
        Wire.Response first = pair("Neo");
        Wire.Response other = pair("Neo");
        Wire.Response second = refresh(refreshOf(first));
        Wire.Response third = refresh(refreshOf(second));
        for (Wire.Response each : List.of(first, second, third, other)) {
            assertEquals(200, nobody.as(access(each)).get("/v1/streams").status());
        }
        // Somebody has stolen it; nobody can say who of the two.
        Requests.assertRefused(401, Requests.INVALID, refresh(refreshOf(first)));
        for (Wire.Response each : List.of(first, second, third)) {
            Requests.assertRefused(401, Requests.INVALID, nobody.as(access(each)).get("/v1/streams"));
            Requests.assertRefused(401, Requests.INVALID, refresh(refreshOf(each)));
        }
        assertEquals(200, nobody.as(access(other)).get("/v1/streams").status());
        assertEquals(200, refresh(refreshOf(other)).status());
    }

    @Test
    void oneOfManyWhoRefreshAtOnceGetsATokenAndThenNobody() throws Exception {
        Wire.Response pair = pair("Twins");
        List<Integer> statuses = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
        Together.play(8, i -> statuses.add(refresh(refreshOf(pair)).status()));
        assertEquals(1, statuses.stream().filter(status -> status == 200).count(), statuses.toString());
        assertEquals(401, nobody.as(access(pair)).get("/v1/streams").status());
    }

    @Test
    void revokedRefreshTokenTakesItsFamilyWithIt() {
        Wire.Response first = pair("Switch");
        Wire.Response second = refresh(refreshOf(first));
        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + refreshOf(second) + "'}").status());
        for (Wire.Response each : List.of(first, second)) {
            Requests.assertRefused(401, Requests.INVALID, nobody.as(access(each)).get("/v1/streams"));
            Requests.assertRefused(401, Requests.INVALID, refresh(refreshOf(each)));
        }
    }

    @Test
    void allOfThisIsRememberedOverAKill() {
        String lasting = Requests.field(200, "token", nobody.post("/generate_token", "{'user_id':'Lasting'}"));
        String revoked = Requests.field(200, "token", nobody.post("/generate_token", "{'user_id':'Lasting'}"));
        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + revoked + "'}").status());
        String outcast = Requests.field(200, "token", nobody.post("/generate_token", "{'user_id':'Outcast'}"));
        Wire.Response outcasts = pair("Outcast");
        assertEquals(204, nobody.post("/v1/token/revoke", "{'user':'Outcast'}").status());
        Wire.Response good = pair("Good");
        Wire.Response spent = pair("Spent");
        Wire.Response fresh = refresh(refreshOf(spent));
        Wire.Response stolen = pair("Stolen");
        refresh(refreshOf(stolen));
        assertEquals(401, refresh(refreshOf(stolen)).status());
        String stream = nobody.as(lasting).ask("hi");
        String ticket = Requests.field(201, "ticket", nobody.as(lasting).post("/v1/stream/" + stream + "/ticket", "{}"));

        server.kill("streamer");
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> nobody.get("/readyz").status() == 200);

        assertEquals(200, nobody.as(lasting).get("/v1/stream/" + stream).status());
        assertEquals(200, nobody.get("/v1/stream/" + stream + "?ticket=" + ticket).status());
        for (String bad : List.of(revoked, outcast, access(outcasts), access(stolen))) {
            Requests.assertRefused(401, Requests.INVALID, nobody.as(bad).get("/v1/streams"));
        }
        assertEquals(401, refresh(refreshOf(outcasts)).status());
        assertEquals(200, refresh(refreshOf(good)).status());
        assertEquals(200, refresh(refreshOf(fresh)).status());
        assertEquals(401, refresh(refreshOf(spent)).status());
        assertEquals(401, nobody.as(access(fresh)).get("/v1/streams").status());
    }

    @Test
    void strangersAreIssuedNothing() {
        for (String stranger : STRANGERS) {
            for (Requests without : List.of(nobody, nobody.as(ISSUE_SECRET), nobody.as(""), nobody.as(access(pair("Neo"))))) {
                Requests.assertRefused(401, Requests.WANTED, without.post("/generate_token", "{'user_id':'Neo'}", stranger));
                Requests.assertRefused(401, Requests.WANTED, without.post("/v1/token", "{'user':'Neo'}", stranger));
                Requests.assertRefused(401, Requests.WANTED, without.post("/v1/token/revoke", "{'user':'Nobody'}", stranger));
            }
            // Not yet whether the body is any good.
            Requests.assertRefused(401, Requests.WANTED, nobody.post("/generate_token", "nonsense", stranger));
        }
    }

    @Test
    void issuingSecretIsWantedOfAllWhereThereIsOne() {
        Path other = folder.resolve("secret");
        String secretFile = Keys.secretFile(folder, "issue.secret", ISSUE_SECRET.getBytes(StandardCharsets.US_ASCII)).toString();
        try (RunningServer careful = RunningServer.start(folder, "--single", "--data-dir", other.toString(), "--auth", "jwt", "--issue-tokens",
                "--issue-secret-file", secretFile, "--cors-origin", PAGE)) {
            Requests local = Requests.to(careful);
            for (Requests without : List.of(local, local.as("another secret!!"), local.as(ISSUE_SECRET.substring(1)), local.as(""))) {
                Requests.assertRefused(401, Requests.WANTED, without.post("/generate_token", "{'user_id':'Neo'}"));
                Requests.assertRefused(401, Requests.WANTED, without.post("/v1/token", "{'user':'Neo'}"));
                Requests.assertRefused(401, Requests.WANTED, without.post("/v1/token/revoke", "{'user':'Neo'}"));
            }
            Requests with = local.as(ISSUE_SECRET);
            for (String stranger : STRANGERS) {
                assertEquals(200, with.post("/generate_token", "{'user_id':'Neo'}", stranger).status(), stranger);
            }
            assertEquals(200, with.post("/v1/token", "{'user':'Neo'}").status());
            assertEquals(204, with.post("/v1/token/revoke", "{'user':'Nobody'}").status());
            // It is no token.
            Requests.assertRefused(401, Requests.INVALID, with.get("/v1/streams"));
        }
    }

    @Test
    void badBodiesAreRefused() {
        for (String bad : List.of("", "{}", "nonsense", "[]", "'Neo'", "null", "{'user_id':''}", "{'user_id':' '}", "{'user_id':7}", "{'user_id':null}", "{'user_id':['Neo']}",
                "{'user_id':'Neo','admin':true}", "{'name':'Neo'}", "{'user_id':'a\\nb'}", "{'user_id':'\\u0000'}", "{'user_id':'" + "x".repeat(257) + "'}", "{'user_id':")) {
            assertProblem(400, nobody.post("/generate_token", bad), bad);
            assertProblem(400, nobody.post("/v1/token", bad.replace("user_id", "user")), bad);
        }
        for (String bad : List.of("", "{}", "nonsense", "{'refresh':7}", "{'token':'x'}")) {
            assertProblem(400, nobody.post("/v1/token/refresh", bad), bad);
        }
        for (String path : List.of("/generate_token", "/v1/token", "/v1/token/refresh", "/v1/token/revoke")) {
            assertProblem(413, nobody.post(path, "{'user_id':'" + "x".repeat(200 << 10) + "'}"), path);
        }
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
            assertEquals(405, nobody.send(method, "/v1/token", "{}").status(), method);
        }
        assertTrue(server.output().stream().noneMatch(line -> line.contains("ERROR") || line.contains("Exception")), () -> server.output().toString());
    }

    private static void assertProblem(int status, Wire.Response response, String what) {
        assertEquals(status, response.status(), what + " " + response.body());
        assertEquals("application/problem+json", response.header("Content-Type"));
        assertNull(response.header("WWW-Authenticate"));
    }

    @Test
    void noneAreIssuedWhereNobodyAskedForIt() {
        Path other = folder.resolve("other");
        try (RunningServer silent = RunningServer.start(folder, "--single", "--data-dir", other.toString(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString())) {
            Requests local = Requests.to(silent);
            assertEquals(404, local.post("/generate_token", "{'user_id':'Neo'}").status());
            assertEquals(404, local.post("/v1/token", "{'user':'Neo'}").status());
            assertEquals(404, local.post("/v1/token/refresh", "{'refresh':'x'}").status());
            String token = Jwt.of("Neo").by(Keys.SECRET);
            assertEquals(204, local.post("/v1/token/revoke", "{'token':'" + token + "'}").status());
            assertEquals(401, local.as(token).get("/v1/streams").status());
        }
    }
}
