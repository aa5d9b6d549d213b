package io.mpstream.streamer.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is revoked stays revoked, whatever happens to the process. */
class LedgerTest {
    private static final long FAR_MS = System.currentTimeMillis() + 3_600_000;

    private static final long NOW_S = System.currentTimeMillis() / 1_000;

    @TempDir
    private Path folder;

    private RevocationLedger ledger() {
        return new RevocationLedger(folder.resolve("ledger"), Duration.ofSeconds(1));
    }

    private static Principal principal(String user, long issuedAtS, String fingerprint, String family) {
        return new Principal(user, false, Map.of(), null, issuedAtS, FAR_MS, fingerprint, null, family);
    }

    @Test
    void revokedTokensUsersAndFamiliesAreKnownAfterARestart() {
        RevocationLedger before = ledger();
        long nowS = System.currentTimeMillis() / 1_000;
        before.revokeToken(principal("bob", nowS, "aa", null), FAR_MS);
        before.revokeUser("Ann Äpfel\n");
        before.open("family", FAR_MS);
        before.revokeFamily("family");
        for (RevocationLedger each : new RevocationLedger[] {before, ledger(), ledger()}) {
            assertTrue(each.isRevoked(principal("bob", nowS, "aa", null)));
            assertTrue(each.isRevoked(principal("Ann Äpfel\n", nowS, "bb", null)));
            assertTrue(each.isRevoked(principal("bob", nowS, "bb", "family")));
            assertFalse(each.isRevoked(principal("bob", nowS, "bb", "other")));
            assertFalse(each.isRevoked(principal("Ann Äpfel\n", nowS + 3, "bb", null)));
        }
    }

    @Test
    void refreshTokenIsGoodOnceAndItsSecondUseRevokesTheFamily() {
        RevocationLedger ledger = ledger();
        ledger.open("family", FAR_MS);
        assertTrue(ledger.spend("family", 1, "bob", NOW_S) > 0);
        RevocationLedger restarted = ledger();
        assertTrue(restarted.spend("family", 2, "bob", NOW_S) > 0);
        assertEquals(-1, restarted.spend("family", 1, "bob", NOW_S));
        assertEquals(-1, restarted.spend("family", 3, "bob", NOW_S), "whoever has it, one of two is a thief");
        assertEquals(-1, ledger().spend("family", 3, "bob", NOW_S));
        assertTrue(ledger().isRevoked(principal("bob", 0, "aa", "family")));
        assertEquals(-1, restarted.spend("unknown", 1, "bob", NOW_S));
    }

    @Test
    void lineThatAKillHasCutIsPassedOver() throws IOException {
        ledger().revokeToken(principal("bob", 0, "aa", null), FAR_MS);
        Files.writeString(folder.resolve("ledger"), "family x", StandardOpenOption.APPEND);
        assertTrue(ledger().isRevoked(principal("bob", 0, "aa", null)));
        assertEquals(1, Files.readAllLines(folder.resolve("ledger")).size());
    }

    @Test
    void lineThatIsNoTextIsPassedOver() throws IOException {
        ledger().revokeToken(principal("bob", 0, "aa", null), FAR_MS);
        Files.write(folder.resolve("ledger"), new byte[] {(byte) 0xff, (byte) 0xc3, '\n'}, StandardOpenOption.APPEND);
        ledger().revokeToken(principal("bob", 0, "bb", null), FAR_MS);
        for (String token : new String[] {"aa", "bb"}) {
            assertTrue(ledger().isRevoked(principal("bob", 0, token, null)));
        }
    }

    @Test
    void whatHasExpiredIsLeftOut() throws IOException {
        RevocationLedger ledger = ledger();
        ledger.revokeToken(principal("bob", 0, "aa", null), System.currentTimeMillis() - 1);
        ledger.revokeToken(principal("bob", 0, "bb", null), FAR_MS);
        ledger.open("old", System.currentTimeMillis() - 31L * 24 * 3_600_000);
        ledger();
        assertEquals(1, Files.readAllLines(folder.resolve("ledger")).size());
    }

    @Test
    void refreshTokenOfARevokedUserRevokesItsFamily() {
        RevocationLedger ledger = ledger();
        ledger.open("family", FAR_MS);
        ledger.revokeUser("bob");
        assertEquals(-1, ledger.spend("family", 1, "bob", NOW_S));
        assertEquals(-1, ledger.spend("family", 1, "bob", NOW_S + 3_600), "it is too late for the family");
    }

    @Test
    void whatWasGivenForATokenIsRevokedWithIt() {
        RevocationLedger ledger = ledger();
        ledger.revokeToken(principal("bob", NOW_S, "aa", null), FAR_MS);
        assertTrue(ledger.isRevoked(new Principal("bob", false, Map.of(), "/v1/stream/1", NOW_S, FAR_MS, "bb", "aa", null)));
        assertFalse(ledger.isRevoked(new Principal("bob", false, Map.of(), "/v1/stream/1", NOW_S, FAR_MS, "bb", "cc", null)));
    }

    @Test
    void nobodyFillsTheLedger() {
        RevocationLedger ledger = ledger();
        for (int i = 0; i < RevocationLedger.TOKENS_OF_USER_MAX; i++) {
            ledger.revokeToken(principal("bob", NOW_S, "token" + i, null), FAR_MS);
        }
        assertFalse(ledger.isRevoked(principal("bob", NOW_S, "another", null)));
        ledger.revokeToken(principal("bob", NOW_S, "one more", null), FAR_MS);
        assertTrue(ledger.isRevoked(principal("bob", NOW_S, "another", null)));
        assertFalse(ledger.isRevoked(principal("ann", NOW_S, "hers", null)));
    }
}
