package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Forged tokens, and good ones in the wrong place: each is refused, and told nothing that the next attempt could use. */
class TokenAttacksIT {
    private static final String ISSUER = "https://issuer.example";
    private static final String AUDIENCE = "mpstream-test";
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    static Path folder;
    private static final KeyPair RSA = Keys.rsa(2048);
    private static final KeyPair ELLIPTIC = Keys.elliptic("secp256r1");
    private static final KeyPair EDWARDS = Keys.edwards();
    private static final KeyPair ATTACKERS = Keys.rsa(2048);
    @AutoClose
    private static RunningServer server;
    /** Knows no secret, only the key of RSA. */
    @AutoClose
    private static RunningServer keyed;
    @AutoClose
    private static KeyServer attacker;

    @BeforeAll
    static void start() {
        Path rsa = Keys.pemFile(folder, "rsa.pem", RSA.getPublic());
        attacker = new KeyServer();
        attacker.publish(Keys.published("attackers", ATTACKERS.getPublic()));
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString(),
                "--jwt-public-key", rsa.toString(), "--jwt-public-key", Keys.pemFile(folder, "ec.pem", ELLIPTIC.getPublic()).toString(),
                "--jwt-public-key", Keys.pemFile(folder, "ed.pem", EDWARDS.getPublic()).toString(), "--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE);
        keyed = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--auth", "jwt", "--jwt-public-key", rsa.toString());
    }

    /** Nothing is wrong with it. */
    private static Jwt good() {
        return Jwt.of("Neo").claim("iss", ISSUER).claim("aud", AUDIENCE);
    }

    @TestFactory
    Stream<DynamicTest> goodTokensOfEveryKindAreTaken() {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("HS256", good().by(Keys.SECRET));
        tokens.put("RS256", good().by("RS256", RSA.getPrivate()));
        tokens.put("PS256", good().by("PS256", RSA.getPrivate()));
        tokens.put("ES256", good().by("ES256", ELLIPTIC.getPrivate()));
        tokens.put("EdDSA", good().by("EdDSA", EDWARDS.getPrivate()));
        tokens.put("without a type", good().header("typ", null).by(Keys.SECRET));
        tokens.put("of RFC 9068", good().header("typ", "at+jwt").by(Keys.SECRET));
        tokens.put("with a kid that nobody knows", good().header("kid", "some").by(Keys.SECRET));
        tokens.put("for several audiences", good().claim("aud", List.of("other", AUDIENCE)).by(Keys.SECRET));
        tokens.put("already valid", good().claim("nbf", Jwt.nowS() - 1).by(Keys.SECRET));
        tokens.put("within the leeway", good().lives(60).claim("nbf", Jwt.nowS() - 60).by(Keys.SECRET));
        tokens.put("without a time of issue", good().claim("iat", null).by(Keys.SECRET));
        return tokens.entrySet().stream().map(each -> DynamicTest.dynamicTest(each.getKey(), () ->
                assertEquals("Neo;", Requests.to(server).as(each.getValue()).answer("user"))));
    }

    @TestFactory
    Stream<DynamicTest> forgedTokensAreAllToldTheSame() {
        Map<String, String> tokens = new LinkedHashMap<>();
        addUnsigned(tokens);
        addConfused(tokens);
        addClaims(tokens);
        addHeaders(tokens);
        addCut(tokens);
        Map<String, String> told = Requests.timeless(Requests.to(server).as("nonsense").get("/user"));
        return tokens.entrySet().stream().map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
            Wire.Response refused = Requests.to(server).as(each.getValue()).get("/user");
            Requests.assertRefused(401, Requests.INVALID, refused);
            assertEquals(told, Requests.timeless(refused));
            assertEquals(0, attacker.asked());
        }));
    }

    private static void addUnsigned(Map<String, String> tokens) {
        byte[] none = {};
        tokens.put("alg none", good().claimingToBe("none", none));
        tokens.put("alg None", good().claimingToBe("None", none));
        tokens.put("alg nOnE with a signature", good().claimingToBe("nOnE", Jwt.mac(Keys.SECRET, "anything")));
        tokens.put("alg empty", good().claimingToBe("", none));
        tokens.put("alg a number", good().claimingToBe(256, none));
        tokens.put("alg of a list", good().claimingToBe(List.of("HS256", "none"), none));
        tokens.put("HS256 unsigned", good().claimingToBe("HS256", none));
        tokens.put("RS256 unsigned", good().claimingToBe("RS256", none));
        tokens.put("ES256 of zeros", good().claimingToBe("ES256", new byte[64]));
        tokens.put("EdDSA of zeros", good().claimingToBe("EdDSA", new byte[64]));
        tokens.put("RS256 of zeros", good().claimingToBe("RS256", new byte[256]));
        tokens.put("HS512 with the secret", good().claimingToBe("HS512", Jwt.mac(Keys.SECRET, "anything")));
    }

    /** The public key as if it were a secret; a secret's algorithm with a key's, and the other way round; keys of others. */
    private static void addConfused(Map<String, String> tokens) {
        byte[] pem = Keys.pem(RSA.getPublic()).getBytes(StandardCharsets.US_ASCII);
        tokens.put("HS256 by the public key as PEM", good().by(pem));
        tokens.put("HS256 by the public key as PEM without its line end", good().by(new String(pem, StandardCharsets.US_ASCII).strip().getBytes(StandardCharsets.US_ASCII)));
        tokens.put("HS256 by the public key as DER", good().by(RSA.getPublic().getEncoded()));
        tokens.put("HS256 by the public key as base64", good().by(Base64.getEncoder().encode(RSA.getPublic().getEncoded())));
        tokens.put("HS256 by the elliptic key as DER", good().by(ELLIPTIC.getPublic().getEncoded()));
        tokens.put("HS256 by the Ed25519 key", good().by(java.util.Arrays.copyOfRange(EDWARDS.getPublic().getEncoded(), 12, 44)));
        tokens.put("HS256 by another secret", good().by("another secret of thirty-two byt".getBytes(StandardCharsets.US_ASCII)));
        tokens.put("HS256 by an empty secret", good().by(new byte[1]));
        tokens.put("RS256 by another key", good().by("RS256", ATTACKERS.getPrivate()));
        tokens.put("PS256 that says RS256", renamed(good().by("PS256", RSA.getPrivate()), "PS256", "RS256"));
        tokens.put("ES256 by another key", good().by("ES256", Keys.elliptic("secp256r1").getPrivate()));
        tokens.put("EdDSA by another key", good().by("EdDSA", Keys.edwards().getPrivate()));
    }

    private static String renamed(String token, String from, String to) {
        String[] parts = token.split("\\.");
        String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8).replace(from, to);
        return Jwt.encode(header.getBytes(StandardCharsets.UTF_8)) + "." + parts[1] + "." + parts[2];
    }

    private static void addClaims(Map<String, String> tokens) {
        tokens.put("expired", good().lives(-5).by(Keys.SECRET));
        tokens.put("expired, by RS256", good().lives(-5).by("RS256", RSA.getPrivate()));
        tokens.put("not yet valid", good().claim("nbf", Jwt.nowS() + 60).by(Keys.SECRET));
        tokens.put("for another audience", good().claim("aud", "other").by(Keys.SECRET));
        tokens.put("for an audience that begins alike", good().claim("aud", AUDIENCE + "2").by(Keys.SECRET));
        tokens.put("for no audience", good().claim("aud", null).by(Keys.SECRET));
        tokens.put("of another issuer", good().claim("iss", "https://evil.example").by(Keys.SECRET));
        tokens.put("of an issuer that ends alike", good().claim("iss", ISSUER + "/").by(Keys.SECRET));
        tokens.put("of no issuer", good().claim("iss", null).by(Keys.SECRET));
        tokens.put("that never expires", good().claim("exp", null).by(Keys.SECRET));
        tokens.put("that expires in words", good().claim("exp", "tomorrow").by(Keys.SECRET));
        tokens.put("of nobody", good().claim("sub", null).by(Keys.SECRET));
        tokens.put("of an empty name", good().claim("sub", "").by(Keys.SECRET));
        tokens.put("of a blank name", good().claim("sub", " \t ").by(Keys.SECRET));
        tokens.put("of a name that is a list", good().claim("sub", List.of("Neo")).by(Keys.SECRET));
    }

    private static void addHeaders(Map<String, String> tokens) {
        Map<String, Object> key = Keys.published("attackers", ATTACKERS.getPublic());
        tokens.put("jku of the attacker", good().header("kid", "attackers").header("jku", attacker.url()).by("RS256", ATTACKERS.getPrivate()));
        tokens.put("x5u of the attacker", good().header("kid", "attackers").header("x5u", attacker.url()).by("RS256", ATTACKERS.getPrivate()));
        tokens.put("jwk of the attacker", good().header("jwk", key).by("RS256", ATTACKERS.getPrivate()));
        tokens.put("x5c of the attacker", good().header("x5c", List.of(Base64.getEncoder().encodeToString(ATTACKERS.getPublic().getEncoded())))
                .by("RS256", ATTACKERS.getPrivate()));
        tokens.put("iss of the attacker", good().claim("iss", attacker.url()).by("RS256", ATTACKERS.getPrivate()));
        for (String kid : List.of("../../../../dev/null", "/dev/null", "/etc/passwd", "' UNION SELECT 'a", "file:///dev/null", "", "\u0000")) {
            tokens.put("kid '" + kid + "' with an empty secret", good().header("kid", kid).by(new byte[1]));
            tokens.put("kid '" + kid + "' with another key", good().header("kid", kid).by("RS256", ATTACKERS.getPrivate()));
        }
        tokens.put("crit that nobody knows", good().header("crit", List.of("exp2")).header("exp2", 1).by(Keys.SECRET));
        tokens.put("crit with RS256", good().header("crit", List.of("exp2")).header("exp2", 1).by("RS256", RSA.getPrivate()));
        tokens.put("crit with ES256", good().header("crit", List.of("exp2")).header("exp2", 1).by("ES256", ELLIPTIC.getPrivate()));
        tokens.put("crit with EdDSA", good().header("crit", List.of("exp2")).header("exp2", 1).by("EdDSA", EDWARDS.getPrivate()));
        tokens.put("unencoded payload", good().header("crit", List.of("b64")).header("b64", false).by(Keys.SECRET));
        tokens.put("type of a ticket", good().header("typ", "mpstream-ticket+jwt").by(Keys.SECRET));
        tokens.put("type of a refresh token", good().header("typ", "mpstream-refresh+jwt").by(Keys.SECRET));
        tokens.put("type of a logout token", good().header("typ", "logout+jwt").by(Keys.SECRET));
    }

    private static void addCut(Map<String, String> tokens) {
        String whole = good().by(Keys.SECRET);
        String unsigned = whole.substring(0, whole.lastIndexOf('.') + 1);
        String other = good().claim("sub", "Smith").by(Keys.SECRET);
        tokens.put("signature cut by one", whole.substring(0, whole.length() - 1));
        tokens.put("signature cut to half", whole.substring(0, whole.length() - 22));
        tokens.put("signature cut off", unsigned);
        tokens.put("two parts", unsigned.substring(0, unsigned.length() - 1));
        tokens.put("signature of another token", unsigned + other.substring(other.lastIndexOf('.') + 1));
        tokens.put("payload of another token", whole.split("\\.")[0] + "." + other.split("\\.")[1] + "." + whole.split("\\.")[2]);
        tokens.put("one more part", whole + ".x");
        tokens.put("five parts", whole + ".x.y");
        tokens.put("a word", "token");
        tokens.put("dots", "..");
        tokens.put("nothing", "");
        tokens.put("no JSON inside", signed("nonsense", "nonsense"));
        tokens.put("no object inside", signed("{\"alg\":\"HS256\"}", "[\"sub\",\"Neo\"]"));
        tokens.put("brackets without end", signed("{\"alg\":\"HS256\"}", "[".repeat(5_000)));
        tokens.put("a long one", unsigned + "A".repeat(8_000));
    }

    private static String signed(String header, String claims) {
        String input = Jwt.encode(header.getBytes(StandardCharsets.UTF_8)) + "." + Jwt.encode(claims.getBytes(StandardCharsets.UTF_8));
        return input + "." + Jwt.encode(Jwt.mac(Keys.SECRET, input));
    }

    @Test
    void publicKeyIsNoSecretWhereThereIsNoneEither() {
        Requests requests = Requests.to(keyed);
        assertEquals("Neo;", requests.as(Jwt.of("Neo").by("RS256", RSA.getPrivate())).answer("user"));
        String pem = Keys.pem(RSA.getPublic());
        for (byte[] secret : List.of(pem.getBytes(StandardCharsets.US_ASCII), pem.strip().getBytes(StandardCharsets.US_ASCII), RSA.getPublic().getEncoded(),
                new byte[1], Keys.SECRET)) {
            Requests.assertRefused(401, Requests.INVALID, requests.as(Jwt.of("Neo").by(secret)).get("/user"));
        }
        Requests.assertRefused(401, Requests.INVALID, requests.as(Jwt.of("Neo").claimingToBe("none", new byte[0])).get("/user"));
        Requests.assertRefused(401, Requests.INVALID, requests.as(Jwt.of("Neo").by("ES256", ELLIPTIC.getPrivate())).get("/user"));
    }

    @Test
    void tokenThatHoldsNoMoreIsRefusedThoughItWasSeenBefore() {
        Requests requests = Requests.to(server).as(good().lives(2).by(Keys.SECRET));
        assertEquals(200, requests.get("/v1/streams").status());
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> requests.get("/v1/streams").status() == 401);
    }

    @Test
    void everyPathWantsAToken() {
        Requests nobody = Requests.to(server);
        String stream = "0".repeat(32);
        for (String path : List.of("/user", "/v1/ask?q=user", "/v1/streams", "/v1/stream/" + stream, "/v1/feed/none", "/v1/ws", "/v1/nothing", "/", "/metrics",
                "/robots.txt", "/healthz/x", "/x/healthz", "/healthz%00", "/%252fhealthz", "/HEALTHZ", "/v1/../healthz", "/healthz;x", "/healthz%3Fx",
                "/v1/stream/x", "//v1/streams", "/%76%31/streams", "/v1%2Fstreams/", "/.well-known/x")) {
            Requests.assertRefused(401, Requests.WANTED, nobody.get(path));
            assertEquals(401, nobody.head(path).status(), path);
        }
        for (String path : List.of("/v1/streams", "/v1/stream/" + stream + "/ticket", "/v1/stream/" + stream + "/renew", "/v1/feed/none/ticket", "/v1/cookie")) {
            Requests.assertRefused(401, Requests.WANTED, nobody.post(path, "{}"));
        }
        Requests.assertRefused(401, Requests.WANTED, nobody.delete("/v1/stream/" + stream));
        Requests.assertRefused(401, Requests.WANTED, nobody.delete("/v1/cookie"));
        assertEquals(401, WebSocketWire.handshake(server.connect(), WebSocketWire.PROTOCOL).status());
        for (String path : List.of("/healthz", "/readyz", "/healthz/", "/healthz%2F", "//healthz", "/%68ealthz")) {
            assertTrue(nobody.get(path).body().matches("alive\n|ready\n"), path);
        }
        // The page's, as its other files: there are no secrets in them.
        assertEquals("image/svg+xml", nobody.get("/favicon.ico").header("content-type"));
    }

    @Test
    void tokenBelongsInTheHeaderAndThereOnce() {
        String token = good().by(Keys.SECRET);
        Requests nobody = Requests.to(server);
        String stream = nobody.as(token).ask("say x");
        for (String name : List.of("access_token", "token", "bearer", "Authorization", "jwt", "%74icket")) {
            Requests.assertRefused(401, Requests.WANTED, nobody.get("/user?" + name + "=" + token));
            Requests.assertRefused(401, Requests.WANTED, nobody.get("/v1/stream/" + stream + "?" + name + "=" + token));
        }
        Requests.assertRefused(401, Requests.INVALID, nobody.get("/v1/stream/" + stream + "?ticket=" + token));
        Requests.assertRefused(400, Requests.TWICE, nobody.get("/user", Requests.bearer(token), Requests.bearer(token)));
        Requests.assertRefused(400, Requests.TWICE, nobody.get("/user", Requests.bearer("bad"), Requests.bearer(token)));
        Requests.assertRefused(400, Requests.TWICE, nobody.get("/user", "Cookie: mpstream=" + token + "; mpstream=" + token));
        Requests.assertRefused(401, Requests.INVALID, nobody.get("/user", Requests.bearer(token) + ", Bearer " + token));
        Requests.assertRefused(401, Requests.INVALID, nobody.get("/user", "Authorization: Basic " + Base64.getEncoder().encodeToString(("Neo:" + token).getBytes(StandardCharsets.US_ASCII))));
        Requests.assertRefused(401, Requests.INVALID, nobody.get("/user", "Authorization: " + token));
        Requests.assertRefused(401, Requests.INVALID, nobody.get("/user", "Cookie: mpstream=nonsense"));
        Requests.assertRefused(401, Requests.WANTED, nobody.get("/user", "Cookie: xmpstream=" + token + "; other=1"));
        Requests.assertRefused(401, Requests.WANTED, nobody.get("/user", "X-Authorization: Bearer " + token));
        assertEquals(200, nobody.get("/user", "authorization: bearer " + token).status());
        assertEquals(200, nobody.get("/user", "Cookie: other=1; mpstream=" + token).status());
    }

    @Test
    void tokenOfAMegabyteIsCutOff() {
        for (String field : List.of("Authorization: Bearer ", "Cookie: mpstream=")) {
            try (Wire wire = server.connect()) {
                try {
                    wire.send("GET /user HTTP/1.1\r\nHost: localhost\r\n" + field + "A".repeat(MEGABYTE) + "\r\n\r\n");
                } catch (UncheckedIOException e) {
                    // It did not wait for the rest.
                }
                // A reset may have overtaken what it said.
                String said = wire.rest();
                assertTrue(said.isEmpty() || said.startsWith("HTTP/1.1 431 ") || said.startsWith("HTTP/1.1 400 "), said);
            }
        }
        Wire.Response tooLarge = Requests.to(server).as("A".repeat(17_000)).get("/user");
        assertEquals(431, tooLarge.status());
        assertEquals("Neo;", Requests.to(server).as(good().by(Keys.SECRET)).answer("user"));
    }

    @Test
    void eachRequestOfAConnectionIsJudgedForItself() {
        String good = "GET /v1/streams HTTP/1.1\r\nHost: localhost\r\n" + Requests.bearer(good().by(Keys.SECRET)) + "\r\n\r\n";
        String bare = "GET /v1/streams HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Wire wire = server.connect()) {
            // All at once, too: none waits for an answer to the one before.
            wire.send(good + bare + good + bare);
            for (int status : new int[] {200, 401, 200, 401}) {
                assertEquals(status, wire.response().status());
            }
        }
        try (Wire wire = server.connect()) {
            assertEquals(401, wire.send("GET /user HTTP/1.0\r\n\r\n").response().status());
        }
    }

    @Test
    void nothingIsSaidOfWhatBrokeInside() {
        assertTrue(server.output().stream().noneMatch(line -> line.contains("ERROR") || line.contains("Exception")), () -> server.output().toString());
    }
}
