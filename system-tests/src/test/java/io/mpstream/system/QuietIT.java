package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a server tells those who run it: who asked, when and how much; neither what, nor with which token. */
class QuietIT {
    /** In queries only. */
    private static final String SAID = "zanzibar-7391";
    private static final String ISSUE_SECRET = "an issuing secret, 31 bytes long";
    private static final Set<String> FIELDS = new LinkedHashSet<>(List.of("user", "stream", "bytes", "outcome", "acceptedAt", "startedAt", "endedAt"));

    @TempDir
    Path folder;
    private final List<String> secrets = new ArrayList<>(List.of(SAID, ISSUE_SECRET, new String(Keys.SECRET, StandardCharsets.US_ASCII)));
    private Requests nobody;
    private RunningServer server;

    /** It must not be told, and neither must the part of it that makes it good. */
    private String secret(String token) {
        secrets.add(token);
        secrets.add(token.substring(token.lastIndexOf('.') + 1));
        return token;
    }

    @Test
    void outputIsSilentAndTheAuditSaysWhoButNotWhat() throws Exception {
        Path issuing = Keys.secretFile(folder, "issue.secret", ISSUE_SECRET.getBytes(StandardCharsets.US_ASCII));
        try (RunningServer running = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file",
                Keys.secretFile(folder).toString(), "--issue-tokens", "--issue-secret-file", issuing.toString())) {
            server = running;
            nobody = Requests.to(server);
            String before = Instant.now().toString();
            String token = secret(Jwt.of("Neo").by(Keys.SECRET));
            List<String> completed = complete(token);
            String cancelled = nobody.as(token).ask("say " + SAID + " | hang");
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> !nobody.as(token).head("/v1/stream/" + cancelled).header("Stream-Offset").equals("0"));
            assertEquals(204, nobody.as(token).delete("/v1/stream/" + cancelled).status());
            String failed = nobody.as(token).ask("say " + SAID + " | fail no reason");
            beRefused(token);
            assertAudit(before, completed, cancelled, failed);
            assertOwners(folder.resolve("data"));
            server.kill("streamer");
            Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> nobody.get("/readyz").status() == 200);
            assertEquals(SAID, nobody.as(token).text(completed.getFirst()));
            server.kill("producer");
            Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> nobody.as(token).answer("say " + SAID).equals(SAID));
            assertOwners(folder.resolve("data"));
        }
        assertFalse(server.output().isEmpty());
        for (String secret : secrets) {
            assertTrue(server.output().stream().noneMatch(line -> line.contains(secret)), () -> secret + " is in " + server.output());
        }
    }

    /** Everything that works: issued tokens, pairs, tickets, cookies, WebSockets. */
    private List<String> complete(String token) {
        String issued = secret(Requests.field(200, "token", nobody.as(ISSUE_SECRET).post("/generate_token", "{'user_id':'Neo'}")));
        Wire.Response pair = nobody.as(ISSUE_SECRET).post("/v1/token", "{'user':'Neo'}");
        String access = secret(Requests.field(200, "access", pair));
        String refresh = secret(Requests.field(200, "refresh", pair));
        secret(Requests.field(200, "refresh", nobody.post("/v1/token/refresh", "{'refresh':'" + refresh + "'}")));
        List<String> streams = new ArrayList<>();
        for (Requests each : List.of(nobody.as(token), nobody.as(issued), nobody.as(access), nobody.with("Cookie: mpstream=" + token))) {
            streams.add(each.ask("say " + SAID, "Idempotency-Key: " + SAID + streams.size()));
            assertEquals(SAID, each.text(streams.getLast()));
        }
        String ticket = secret(Requests.field(201, "ticket", nobody.as(token).post("/v1/stream/" + streams.getFirst() + "/ticket", "{}")));
        assertEquals(SAID + "\n", nobody.get("/v1/stream/" + streams.getFirst() + "?unit=any&ticket=" + ticket).body());
        assertEquals(204, nobody.as(token).post("/v1/cookie", "").status());
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token))) {
            streams.add(wire.ask("a", "say " + SAID).next("a", "stream").asString());
            wire.whole("a", "completed");
            wire.say("{'token':'" + access + "'}").next("", "renewed");
        }
        assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + access + "'}").status());
        assertEquals(401, nobody.post("/v1/token/refresh", "{'refresh':'" + refresh + "'}").status());
        return streams;
    }

    /** Everything that does not. */
    private void beRefused(String token) {
        String bad = secret(Jwt.of("Neo").by("a secret that is not the server's".getBytes(StandardCharsets.US_ASCII)));
        String expired = secret(Jwt.of("Neo").lives(-60).by(Keys.SECRET));
        for (String each : List.of(bad, expired, SAID)) {
            assertEquals(401, nobody.as(each).get("/" + SAID).status());
            assertEquals(401, nobody.get("/v1/stream/" + "0".repeat(32) + "?ticket=" + each).status());
            assertEquals(401, nobody.get("/" + SAID, "Cookie: mpstream=" + each).status());
            assertEquals(204, nobody.post("/v1/token/revoke", "{'token':'" + each + "'}").status());
        }
        Requests neo = nobody.as(token);
        assertEquals(400, neo.get("/" + SAID + "?" + SAID + "=1").status());
        assertEquals(400, neo.get("/" + SAID + "%FF").status());
        assertEquals(404, neo.get("/v1/" + SAID).status());
        assertEquals(403, neo.get("/" + SAID, "Origin: https://evil.example").status());
        assertEquals(400, neo.post("/v1/streams", "{'query':'" + SAID + "'").status());
        assertEquals(413, neo.post("/v1/streams", "{'query':'" + SAID.repeat(100_000) + "'}").status());
        try (Wire wire = server.connect()) {
            wire.send("GET /" + SAID + "%zz HTTP/1.1\r\nHost: localhost\r\n" + Requests.bearer(token) + "\r\nBroken\u0000Field\r\n\r\n").rest();
        }
        try (Wire wire = server.connect()) {
            wire.send(SAID + " " + token + "\r\n\r\n").rest();
        }
        try (WebSocketWire wire = new WebSocketWire(server.connect(), Requests.bearer(token))) {
            assertEquals(401, wire.say("{'token':'" + bad + "'}").error(""));
            assertEquals(400, wire.say("{'" + SAID + "':'" + bad + "'}").error(""));
        }
    }

    private void assertAudit(String before, List<String> completed, String cancelled, String failed) {
        Path audit = folder.resolve("data").resolve("audit.log");
        int answers = completed.size() + 2;
        List<String> lines = Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Files.exists(audit) ? Files.readAllLines(audit) : List.of(),
                all -> all.size() >= answers);
        assertEquals(answers, lines.size());
        Set<String> streams = new LinkedHashSet<>();
        for (String line : lines) {
            assertFalse(line.contains(SAID), line);
            JsonNode told = Rebuilt.JSON.readTree(line);
            assertEquals(FIELDS, new LinkedHashSet<>(told.propertyNames()));
            assertEquals("Neo", told.get("user").asString());
            assertEquals(SAID.length(), told.get("bytes").asInt());
            String stream = told.get("stream").asString();
            assertEquals(stream.equals(cancelled) ? "cancelled" : stream.equals(failed) ? "failed" : "completed", told.get("outcome").asString());
            List<Instant> times = Stream.of("acceptedAt", "startedAt", "endedAt").map(name -> Instant.parse(told.get(name).asString())).toList();
            assertEquals(times.stream().sorted().toList(), times);
            assertTrue(times.getFirst().isAfter(Instant.parse(before).minusMillis(2)) && times.getLast().isBefore(Instant.now().plusMillis(2)), line);
            streams.add(stream);
        }
        assertTrue(streams.containsAll(completed) && streams.contains(cancelled) && streams.contains(failed), streams.toString());
    }

    /** Neither group nor others may do anything there. */
    private static void assertOwners(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.toList()) {
                String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                assertTrue(permissions.endsWith("------"), path + " " + permissions);
                assertTrue(permissions.startsWith(Files.isDirectory(path) ? "rwx" : "rw-"), path + " " + permissions);
            }
        }
        for (String file : List.of("server.key", "tokens.ledger", "audit.log")) {
            assertTrue(Files.exists(data.resolve(file)), file);
        }
        assertFalse(Files.readString(data.resolve("tokens.ledger")).contains("eyJ"));
    }
}
