package io.mpstream.streamer.auth;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger with damaged lines: what stands in the others is known all the same. */
class LedgerFuzzTest {
    private static final long FAR_MS = System.currentTimeMillis() + 3_600_000;
    private static final long NOW_S = System.currentTimeMillis() / 1_000;

    @TempDir
    private Path folder;

    private static Principal principal(String user, String fingerprint, String family) {
        return new Principal(user, false, Map.of(), null, NOW_S, FAR_MS, fingerprint, null, family);
    }

    /** Something that is revoked, and how to ask. */
    private static Predicate<RevocationLedger> revoke(RevocationLedger ledger, int number, Fuzz fuzz) {
        String name = "n" + number;
        return switch (fuzz.upTo(2)) {
            case 0 -> {
                ledger.revokeToken(principal("user " + fuzz.text(5), name, null), FAR_MS);
                yield each -> each.isRevoked(principal("x", name, null));
            }
            case 1 -> {
                String user = name + fuzz.text(5);
                ledger.revokeUser(user);
                yield each -> each.isRevoked(principal(user, "x", null));
            }
            default -> {
                ledger.open(name, FAR_MS);
                ledger.revokeFamily(name);
                yield each -> each.isRevoked(principal("x", "x", name));
            }
        };
    }

    @Test
    void undamagedLinesAreNotForgotten() {
        Path file = folder.resolve("ledger");
        Fuzz.few(40, fuzz -> {
            Files.deleteIfExists(file);
            RevocationLedger ledger = new RevocationLedger(file, Duration.ofSeconds(1));
            List<Predicate<RevocationLedger>> revoked = new ArrayList<>();
            List<byte[]> lines = new ArrayList<>();
            for (int i = fuzz.upTo(5); i >= 0; i--) {
                long before = Files.size(file);
                revoked.add(revoke(ledger, i, fuzz));
                byte[] all = Files.readAllBytes(file);
                lines.add(java.util.Arrays.copyOfRange(all, (int) before, all.length));
            }
            List<Predicate<RevocationLedger>> kept = new ArrayList<>();
            java.io.ByteArrayOutputStream damaged = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < lines.size(); i++) {
                if (fuzz.oneIn(2)) {
                    byte[] line = fuzz.mutate(lines.get(i));
                    damaged.writeBytes(line);
                    damaged.write('\n');
                } else {
                    damaged.writeBytes(lines.get(i));
                    kept.add(revoked.get(i));
                }
            }
            Files.write(file, damaged.toByteArray());
            for (int starts = 0; starts < 2; starts++) {
                RevocationLedger again = new RevocationLedger(file, Duration.ofSeconds(1));
                kept.forEach(each -> assertTrue(each.test(again), () -> "forgotten: " + damaged.toString(StandardCharsets.ISO_8859_1)));
            }
        });
    }
}
