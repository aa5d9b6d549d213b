package io.mpstream.streamer.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Tokens and tickets that are not what was issued are refused, each in the same way. */
class TokenFuzzTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static Authenticator authenticator() {
        return Authenticator.of(Settings.of("--auth", "jwt", "--issue-tokens").auth(), null);
    }

    @Test
    void oneOtherCharacterIsRefused() {
        try (Authenticator authenticator = authenticator()) {
            String token = authenticator.issuer().orElseThrow().issueAccess("bob");
            Principal bob = authenticator.verify(token);
            String ticket = authenticator.ticket(bob, "/v1/stream/x", 60);
            Issuer.Issued issued = authenticator.issuer().orElseThrow().issue("bob");
            assertEquals("bob", authenticator.verifyTicket(ticket).user());
            Fuzz.run(fuzz -> {
                String other = changed(fuzz.pick(token, issued.access()), fuzz);
                assertNull(authenticator.cached(other));
                assertThrows(RejectedException.class, () -> authenticator.verify(other), other);
                assertThrows(RejectedException.class, () -> authenticator.verifyTicket(changed(ticket, fuzz)));
                assertThrows(RejectedException.class, () -> authenticator.issuer().orElseThrow().refresh(changed(issued.refresh(), fuzz)));
            });
            // None of it has spent or revoked what is good.
            authenticator.issuer().orElseThrow().refresh(issued.refresh());
            assertEquals("bob", authenticator.verify(token).user());
        }
    }

    /** With one character that is another; even where only bits change that no byte comes from. */
    private static String changed(String token, Fuzz fuzz) {
        StringBuilder changed = new StringBuilder(token);
        int at = fuzz.oneIn(5) ? token.length() - 1 : fuzz.upTo(token.length() - 1);
        char old = token.charAt(at);
        while (changed.charAt(at) == old) {
            changed.setCharAt(at, fuzz.oneIn(10) ? (char) fuzz.upTo(0xFF) : ALPHABET.charAt(fuzz.upTo(ALPHABET.length() - 1)));
        }
        return changed.toString();
    }

    @Test
    void tokenWithoutATypeIsNoTicket() {
        try (Authenticator authenticator = authenticator()) {
            String untyped = base64("{\"alg\":\"HS256\"}") + "." + base64("{}") + "." + base64("x");
            assertThrows(RejectedException.class, () -> authenticator.verifyTicket(untyped));
            assertThrows(RejectedException.class, () -> authenticator.issuer().orElseThrow().refresh(untyped));
        }
    }

    @Test
    void headerThatIsNoObjectIsRefused() {
        try (Authenticator authenticator = authenticator()) {
            for (String header : new String[] {"null", "[]", "1", "{\"alg\":null}", "{\"alg\":{}}"}) {
                assertThrows(RejectedException.class, () -> authenticator.verify(base64(header) + "." + base64("{}") + "." + base64("x")), header);
            }
        }
    }

    @Test
    void whatIsNearlyATokenIsRefused() {
        try (Authenticator authenticator = authenticator()) {
            String token = authenticator.issuer().orElseThrow().issueAccess("bob");
            String[] parts = token.split("\\.");
            String[] bits = {parts[0], parts[1], parts[2], ".", "..", base64("{}"), base64("{\"alg\":\"none\"}"), base64("{\"alg\":\"HS256\"}"), base64("{\"alg\":\"HS512\"}"), base64("{\"alg\":\"RS256\"}"),
                base64("{\"alg\":1}"), base64("{\"alg\":\"HS256\",\"crit\":[\"x\"]}"), base64("{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}"), base64("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}"),
                base64("{\"sub\":\"bob\",\"exp\":9e99}"), base64("{\"sub\":[],\"exp\":\"x\"}"), base64("[".repeat(3_000)), base64("null"), "=", ""};
            Fuzz.run(fuzz -> {
                String near = fuzz.oneIn(2) ? fuzz.mutate(token) : fuzz.words(1, bits) + "." + fuzz.words(1, bits) + "." + fuzz.words(2, bits);
                if (!near.equals(token)) {
                    assertThrows(RejectedException.class, () -> authenticator.verify(near), near);
                    assertThrows(RejectedException.class, () -> authenticator.verifyTicket(near), near);
                    assertThrows(RejectedException.class, () -> authenticator.revoke(near), near);
                }
            });
            assertEquals("bob", authenticator.verify(token).user());
        }
    }

    @Test
    void signedClaimsOfAnyShapeAreAUserOrRefused() {
        byte[] key = "a secret of thirty-two bytes, no less".getBytes(StandardCharsets.UTF_8);
        RevocationLedger ledger = new RevocationLedger(null, java.time.Duration.ZERO);
        String[] values = {"null", "1", "-1", "1e400", "9223372036854775807", "99999999999999999999", "9999999999", "\"\"", "\"bob\"", "[]", "[1]", "{}", "true", "\"2030-01-01\"", "1.5"};
        Tickets tickets = new Tickets(key, ledger);
        Fuzz.run(fuzz -> {
            StringBuilder claims = new StringBuilder();
            for (String name : new String[] {"sub", "exp", "nbf", "iat", "aud", "iss", "path", "given_by", AccessTokens.FAMILY}) {
                if (fuzz.oneIn(2) || name.equals("exp") || name.equals("sub")) {
                    String byDefault = name.equals("exp") ? "9999999999" : "\"bob\"";
                    claims.append(claims.isEmpty() ? "" : ",").append('"').append(name).append("\":").append(fuzz.oneIn(2) ? byDefault : fuzz.pick(values));
                }
            }
            String input = base64("{\"typ\":\"mpstream-ticket+jwt\",\"alg\":\"HS256\"}") + "." + base64("{" + claims + "}");
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
            String token = input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
            Fuzz.refuses(RejectedException.class, () -> assertNotNull(tickets.verify(token).user(), claims::toString));
        });
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
