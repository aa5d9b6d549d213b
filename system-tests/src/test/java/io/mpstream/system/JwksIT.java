package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Keys that somebody else publishes, changes, and sometimes does not. In order: each goes on from what the one before has published. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JwksIT {
    /** Longer than a browser would wait, shorter than the server does. */
    private static final int HANG_MS = 2_000;
    private static final int AT_ONCE_MS = 1_000;
    private static final KeyPair FIRST = Keys.rsa(2048);
    private static final KeyPair SECOND = Keys.elliptic("secp256r1");
    private static final KeyPair THIRD = Keys.edwards();
    private static final KeyPair ATTACKERS = Keys.rsa(2048);

    @TempDir
    static Path folder;
    @AutoClose
    private static KeyServer keys;
    @AutoClose
    private static KeyServer attacker;
    @AutoClose
    private static RunningServer server;
    private static Requests nobody;

    @BeforeAll
    static void start() {
        keys = new KeyServer();
        attacker = new KeyServer();
        attacker.publish(Keys.published("first", ATTACKERS.getPublic()));
        keys.down();
        server = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--auth", "jwt", "--jwks-url", keys.url());
        nobody = Requests.to(server);
    }

    private static String first() {
        return Jwt.of("First").header("kid", "first").by("RS256", FIRST.getPrivate());
    }

    private static String second() {
        return Jwt.of("Second").header("kid", "second").by("ES256", SECOND.getPrivate());
    }

    private static int status(String token) {
        return nobody.as(token).get("/v1/streams").status();
    }

    @Test
    @Order(1)
    void tokensCannotBeJudgedBeforeTheKeysAreThere() {
        Wire.Response early = nobody.as(first()).get("/v1/streams");
        assertEquals(503, early.status(), early.body());
        assertTrue(Integer.parseInt(early.header("Retry-After")) > 0);
        assertTrue(!early.body().contains("localhost") && !early.body().contains("refused"), early.body());
        assertEquals(200, nobody.get("/healthz").status());
        // For those that no published key could have signed, the answer is known.
        Requests.assertRefused(401, Requests.INVALID, nobody.as("nonsense").get("/v1/streams"));
        Requests.assertRefused(401, Requests.INVALID, nobody.as(Jwt.of("Neo").by(Keys.SECRET)).get("/v1/streams"));

        keys.publish(Keys.published("first", FIRST.getPublic()));
        keys.up();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(200, TimeUnit.MILLISECONDS).until(() -> status(first()) == 200);
        assertEquals("First;", nobody.as(first()).answer("user"));
        assertEquals(200, status(Jwt.of("First").header("kid", "first").by("PS256", FIRST.getPrivate())));
    }

    @Test
    @Order(2)
    void publishedKeysAreNoSecretsAndOthersAreNotAskedFor() {
        int asked = keys.asked();
        String pem = Keys.pem(FIRST.getPublic());
        for (byte[] secret : List.of(pem.getBytes(StandardCharsets.US_ASCII), pem.strip().getBytes(StandardCharsets.US_ASCII), FIRST.getPublic().getEncoded())) {
            Requests.assertRefused(401, Requests.INVALID, nobody.as(Jwt.of("Neo").header("kid", "first").by(secret)).get("/user"));
        }
        for (String name : List.of("jku", "x5u")) {
            Jwt forged = Jwt.of("Neo").header("kid", "first").header(name, attacker.url()).claim("iss", attacker.url());
            Requests.assertRefused(401, Requests.INVALID, nobody.as(forged.by("RS256", ATTACKERS.getPrivate())).get("/user"));
        }
        Requests.assertRefused(401, Requests.INVALID, nobody.as(Jwt.of("Neo").header("jwk", Keys.published("first", ATTACKERS.getPublic()))
                .by("RS256", ATTACKERS.getPrivate())).get("/user"));
        Requests.assertRefused(401, Requests.INVALID, nobody.as(Jwt.of("Neo").header("kid", "first").claimingToBe("none", new byte[0])).get("/user"));
        assertEquals(0, attacker.asked());
        assertEquals(asked, keys.asked());
    }

    @Test
    @Order(3)
    void newKeyIsGoodAtOnceAndTheOldOneWhileItIsPublished() {
        keys.publish(List.of(Keys.published("first", FIRST.getPublic()), Keys.published("second", SECOND.getPublic())));
        Awaitility.await().atMost(8, TimeUnit.SECONDS).pollInterval(100, TimeUnit.MILLISECONDS).until(() -> status(second()) == 200);
        assertEquals("Second;", nobody.as(second()).answer("user"));
        assertEquals(200, status(first()));
        // Signed by a published key, but not by the one that it names.
        assertEquals(401, status(Jwt.of("First").header("kid", "second").by("RS256", FIRST.getPrivate())));
    }

    @Test
    @Order(4)
    void tokensOfUnknownKeysDoNotMakeItAskOftener() {
        int asked = keys.asked();
        for (int i = 0; i < 50; i++) {
            assertEquals(401, status(Jwt.of("Neo").header("kid", "guess-" + i).by("RS256", ATTACKERS.getPrivate())));
        }
        assertTrue(keys.asked() - asked <= 3, "asked " + (keys.asked() - asked) + " times");
    }

    @Test
    @Order(5)
    void hangingKeyServerHoldsUpNobodyElse() throws Exception {
        keys.publish(List.of(Keys.published("second", SECOND.getPublic()), Keys.published("third", THIRD.getPublic())));
        // It is not asked more often than every few seconds: until it is, nobody hangs.
        keys.hang();
        int asked = keys.asked();
        String known = second();
        assertEquals(200, status(known));
        String third = Jwt.of("Third").header("kid", "third").by("EdDSA", THIRD.getPrivate());
        Awaitility.await().atMost(10, TimeUnit.SECONDS).pollInterval(100, TimeUnit.MILLISECONDS).until(() -> {
            Thread.ofVirtual().start(() -> nobody.as(third).get("/v1/streams"));
            return keys.asked() > asked;
        });
        try {
            long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANG_MS);
            Together.play(8, i -> {
                while (System.nanoTime() < untilNs) {
                    long startNs = System.nanoTime();
                    assertEquals(200, i % 2 == 0 ? nobody.get("/healthz").status() : status(known));
                    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                    assertTrue(tookMs < AT_ONCE_MS, "took " + tookMs + " ms");
                }
            });
        } finally {
            keys.goOn();
        }
        Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(200, TimeUnit.MILLISECONDS).until(() -> status(third) == 200);
        // One that was withdrawn meanwhile signs nothing any more.
        assertEquals(401, status(Jwt.of("First").claim("jti", "withdrawn").header("kid", "first").by("RS256", FIRST.getPrivate())));
    }

    @Test
    @Order(6)
    void outageIsSurvivedWithTheKeysThatAreKnown() {
        keys.down();
        for (int i = 0; i < 3; i++) {
            // Not one that is remembered: each is verified anew.
            assertEquals(200, status(Jwt.of("Second").claim("jti", "outage-" + i).header("kid", "second").by("ES256", SECOND.getPrivate())));
            int unknown = status(Jwt.of("Neo").header("kid", "never").by("RS256", ATTACKERS.getPrivate()));
            assertTrue(unknown == 401 || unknown == 503, "status " + unknown);
        }
        keys.publish(List.of(Keys.published("first", FIRST.getPublic()), Keys.published("second", SECOND.getPublic())));
        keys.up();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(200, TimeUnit.MILLISECONDS).until(() -> status(Jwt.of("First").claim("jti", "again")
                .header("kid", "first").by("RS256", FIRST.getPrivate())) == 200);
        assertNotNull(nobody.as(second()).ask("say x"));
    }
}
