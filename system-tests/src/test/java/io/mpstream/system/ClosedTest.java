package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.config.Settings;
import io.mpstream.config.StartupException;
import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.http.request.ClientAddresses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that would leave a door open are refused, in words that say which. {@link ClosedIT} starts some of them. */
class ClosedTest {
    private static final String SECRET = new String(Keys.SECRET, StandardCharsets.US_ASCII);

    @TempDir
    Path folder;
    private String secret;
    private String key;

    @BeforeEach
    void write() {
        secret = Keys.secretFile(folder).toString();
        key = Keys.pemFile(folder, "ed.pem", Keys.edwards().getPublic()).toString();
    }

    /** What a streamer does with them before it listens. */
    private static void start(Map<String, String> environment, String... args) {
        Settings settings = Settings.parse(args, environment);
        assertNotNull(new ClientAddresses(settings.auth().proxies()));
        if (settings.auth().isRequired()) {
            Authenticator.of(settings.auth(), null).close();
        }
    }

    private static void assertRefused(String word, String... args) {
        assertRefused(Map.of(), word, args);
    }

    private static void assertRefusedAuth(String word, String... more) {
        assertRefused(word, Stream.concat(Stream.of("--auth", "jwt"), Arrays.stream(more)).toArray(String[]::new));
    }

    private static void assertRefused(Map<String, String> environment, String word, String... args) {
        String said = assertThrows(StartupException.class, () -> start(environment, args), () -> String.join(" ", args)).getMessage();
        assertTrue(said.contains(word), () -> String.join(" ", args) + ": " + said);
        assertEquals(1, said.lines().count(), said);
        assertFalse(said.contains(SECRET) || said.contains("PRIVATE KEY-----\n"), said);
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertRefusedAuth("--allow-anonymous", "--jwt-secret-file", secret, "--allow-anonymous");
        assertRefusedAuth("--jwt-secret-file");
        assertRefused("--jwt-secret-file", "--jwt-secret-file", secret);
        assertRefused("--jwt-public-key", "--jwt-public-key", key);
        assertRefused("--jwks-url", "--jwks-url", "https://issuer.example/keys");
        for (List<String> option : List.of(List.of("--jwt-issuer", "x"), List.of("--jwt-audience", "x"), List.of("--sees-all", "a=b"), List.of("--user-claim", "a"),
                List.of("--issue-tokens"), List.of("--issue-secret-file", secret))) {
            assertRefused(option.getFirst(), option.toArray(String[]::new));
        }
        assertRefused(Map.of("MPSTREAM_JWT_SECRET", SECRET), "--auth");
        assertRefused("jwt", "--auth", "basic");
        assertRefused("jwt", "--auth", "none");
    }

    @Test
    void secretsThatOthersReadAreRefused() {
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----")) {
            Path file = Keys.permit(Keys.secretFile(folder, "secret-" + permissions, Keys.SECRET), permissions);
            assertRefusedAuth("chmod 600", "--jwt-secret-file", file.toString());
        }
        Path open = Keys.permit(Keys.secretFile(folder, "open", Keys.SECRET), "rw-r--r--");
        assertRefusedAuth("chmod 600", "--jwt-secret-file", secret, "--issue-tokens", "--issue-secret-file", open.toString());
    }

    @Test
    void secretsThatOthersGuessAreRefused() {
        String weak = SECRET.substring(1);
        for (String content : List.of(weak, weak + "\n\n", "")) {
            assertRefusedAuth("32", "--jwt-secret-file", secretFile("weak", content));
        }
        assertRefused(Map.of("MPSTREAM_JWT_SECRET", "short"), "32", "--auth", "jwt");
        assertRefusedAuth("16", "--jwt-secret-file", secret, "--issue-tokens", "--issue-secret-file", secretFile("guess", "fifteen bytes!!"));
        assertRefusedAuth("none-such", "--jwt-secret-file", folder.resolve("none-such").toString());
    }

    private String secretFile(String name, String content) {
        return Keys.secretFile(folder, name, content.getBytes(StandardCharsets.US_ASCII)).toString();
    }

    @Test
    void keysThatAreWeakOrNotPublicAreRefused() throws IOException {
        String weak = Keys.pemFile(folder, "1024.pem", Keys.rsa(1024).getPublic()).toString();
        assertRefusedAuth("2048", "--jwt-public-key", weak);
        assertRefusedAuth("2048", "--jwt-public-key", key, "--jwt-public-key", weak);
        assertRefusedAuth("private", "--jwt-public-key", Keys.pemFile(folder, "private.pem", Keys.rsa(2048).getPrivate()).toString());
        assertRefusedAuth("private", "--jwt-public-key", file("both.pem", Keys.pem(Keys.edwards().getPublic()) + Keys.pem(Keys.edwards().getPrivate())));
        assertRefusedAuth("public key", "--jwt-public-key", file("nonsense.pem", "-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n"));
        assertRefusedAuth("public key", "--jwt-public-key", file("empty.pem", ""));
        assertRefusedAuth("none-such", "--jwt-public-key", folder.resolve("none-such").toString());
        assertRefusedAuth("kind", "--jwt-public-key", Keys.pemFile(folder, "p384.pem", Keys.elliptic("secp384r1").getPublic()).toString());
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Test
    void keysAreFetchedFromNobodyWhoMayBeAnother() {
        for (String url : List.of("http://issuer.example/keys", "file:///etc/passwd", "http://127.0.0.1.evil.example/keys", "http://localhost@issuer.example/keys",
                "not an address")) {
            assertRefusedAuth("--jwks-url", "--jwks-url", url);
        }
    }

    @Test
    void claimsLivesAndProxiesAreLookedAt() {
        assertRefusedAuth("--sees-all", "--jwt-public-key", key, "--sees-all", "admin");
        assertRefusedAuth("--token-life", "--issue-tokens", "--token-life", "0s");
        assertRefused("--trusted-proxies", "--trusted-proxies", "proxy.example");
        assertRefused("--trusted-proxies", "--trusted-proxies", "10.0.0.0/33");
    }

    @Test
    void whatIsRightIsNotRefused() {
        start(Map.of(), "--auth", "jwt", "--jwt-secret-file", secret, "--jwt-public-key", key, "--trusted-proxies", "10.0.0.0/8");
        start(Map.of("MPSTREAM_JWT_SECRET", SECRET), "--auth", "jwt");
    }
}
