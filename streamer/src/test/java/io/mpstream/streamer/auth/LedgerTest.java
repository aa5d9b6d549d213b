package io.mpstream.streamer.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is revoked stays revoked, whatever happens to the process. */
class LedgerTest {
    private static final long FAR_MS = System.currentTimeMillis() + 3_600_000;

    @TempDir
    private Path folder;

    private Ledger ledger() {
        return new Ledger(folder.resolve("ledger"));
    }

    private static Principal principal(String user, long issuedAtS, String fingerprint, String family) {
        return new Principal(user, false, Map.of(), null, issuedAtS, FAR_MS, fingerprint, family);
    }

    @Test
    void revokedTokensUsersAndFamiliesAreKnownAfterARestart() {
        Ledger before = ledger();
        long nowS = System.currentTimeMillis() / 1_000;
        before.revokeToken("aa", FAR_MS);
        before.revokeUser("Ann Äpfel\n");
        before.open("family", FAR_MS);
        before.revokeFamily("family");
        for (Ledger each : new Ledger[] {before, ledger(), ledger()}) {
            assertTrue(each.isRevoked(principal("bob", nowS, "aa", null)));
            assertTrue(each.isRevoked(principal("Ann Äpfel\n", nowS, "bb", null)));
            assertTrue(each.isRevoked(principal("bob", nowS, "bb", "family")));
            assertFalse(each.isRevoked(principal("bob", nowS, "bb", "other")));
            assertFalse(each.isRevoked(principal("Ann Äpfel\n", nowS + 2, "bb", null)));
        }
    }

    @Test
    void refreshTokenIsGoodOnceAndItsSecondUseRevokesTheFamily() {
        Ledger ledger = ledger();
        ledger.open("family", FAR_MS);
        assertTrue(ledger.spend("family", 1));
        Ledger restarted = ledger();
        assertTrue(restarted.spend("family", 2));
        assertFalse(restarted.spend("family", 1));
        assertFalse(restarted.spend("family", 3), "whoever has it, one of two is a thief");
        assertFalse(ledger().spend("family", 3));
        assertTrue(ledger().isRevoked(principal("bob", 0, "aa", "family")));
        assertFalse(restarted.spend("unknown", 1));
    }

    @Test
    void lineThatAKillHasCutIsPassedOver() throws IOException {
        ledger().revokeToken("aa", FAR_MS);
        Files.writeString(folder.resolve("ledger"), "family x", StandardOpenOption.APPEND);
        assertTrue(ledger().isRevoked(principal("bob", 0, "aa", null)));
        assertEquals(1, Files.readAllLines(folder.resolve("ledger")).size());
    }

    @Test
    void whatHasExpiredIsLeftOut() throws IOException {
        Ledger ledger = ledger();
        ledger.revokeToken("aa", System.currentTimeMillis() - 1);
        ledger.revokeToken("bb", FAR_MS);
        ledger.open("old", System.currentTimeMillis() - 1);
        ledger();
        assertEquals(1, Files.readAllLines(folder.resolve("ledger")).size());
    }
}
