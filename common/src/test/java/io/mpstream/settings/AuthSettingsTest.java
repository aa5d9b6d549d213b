package io.mpstream.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options that would leave a door open, or that contradict each other, are refused in a line that says which. */
class AuthSettingsTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static void assertRefused(String word, Map<String, String> environment, String... args) {
        String line = assertThrows(StartupException.class, () -> Settings.parse(args, environment), () -> List.of(args).toString()).getMessage();
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.contains(word), line);
        assertFalse(line.contains(SECRET), line);
    }

    @Test
    void whatIsForUsersWantsUsers() {
        for (List<String> given : List.of(List.of("--jwt-secret-file", "x"), List.of("--jwt-public-key", "x"), List.of("--jwks-url", "https://issuer.example/keys"),
                List.of("--jwt-issuer", "x"), List.of("--jwt-audience", "x"), List.of("--sees-all", "a=b"), List.of("--user-claim", "a"),
                List.of("--issue-tokens"), List.of("--issue-secret-file", "x"))) {
            assertRefused(given.getFirst() + " must be given together with --auth jwt", Map.of(), given.toArray(String[]::new));
        }
        assertRefused("MPSTREAM_JWT_SECRET must be given together with --auth jwt", Map.of("MPSTREAM_JWT_SECRET", SECRET));
        assertRefused("MPSTREAM_ISSUE_SECRET must be given together with --auth jwt", Map.of("MPSTREAM_ISSUE_SECRET", SECRET));
    }

    @Test
    void contradictionsAreRefused() {
        assertRefused("--allow-anonymous", Map.of(), "--auth", "jwt", "--jwt-secret-file", "x", "--allow-anonymous");
        assertRefused("--auth must be jwt", Map.of(), "--auth", "basic");
        assertRefused("--auth must be jwt", Map.of(), "--auth", "none");
        for (String bad : List.of("admin", "=admin", "roles=")) {
            assertRefused("'--sees-all': '" + bad + "' is not NAME=VALUE", Map.of(), "--auth", "jwt", "--sees-all", bad);
        }
        assertRefused("--token-life must be at least 1ms", Map.of(), "--auth", "jwt", "--issue-tokens", "--token-life", "0s");
        assertRefused("--token-life must be given together with --issue-tokens", Map.of(), "--auth", "jwt", "--token-life", "1h");
    }

    @Test
    void keysArePublishedWhereNobodyCanChangeThemOnTheWay() {
        for (String bad : List.of("http://issuer.example/keys", "file:///etc/passwd", "http://127.0.0.1.evil.example/keys", "http://localhost@issuer.example/keys",
                "not an address")) {
            assertRefused("--jwks-url", Map.of(), "--auth", "jwt", "--jwks-url", bad);
        }
        for (String good : List.of("https://issuer.example/keys", "http://localhost:81/keys", "http://127.0.0.1/keys", "http://[::1]/keys")) {
            assertEquals(good, Settings.of("--auth", "jwt", "--jwks-url", good).auth().jwksUrl().orElseThrow().toString());
        }
    }

    @Test
    void whatIsSwitchedOffIsNotGiven() {
        assertFalse(Settings.parse(new String[0], Map.of("MPSTREAM_ISSUE_TOKENS", "false", "MPSTREAM_ALLOW_ANONYMOUS", "false")).auth().isIssuing());
        assertRefused("--token-life must be given together with --issue-tokens", Map.of("MPSTREAM_ISSUE_TOKENS", "false"), "--auth", "jwt", "--token-life", "1h");
        assertTrue(Settings.parse(new String[] {"--auth", "jwt", "--allow-anonymous=false"}, Map.of()).auth().isRequired());
    }

    @Test
    void certificateAndKeyComeTogetherOrAreMade() {
        assertRefused("together with --tls-key", Map.of(), "--tls-cert", "x");
        assertRefused("--tls-cert", Map.of(), "--tls-key", "x");
        assertRefused("--tls-self-signed", Map.of(), "--tls-self-signed", "--tls-cert", "x", "--tls-key", "x");
    }
}
