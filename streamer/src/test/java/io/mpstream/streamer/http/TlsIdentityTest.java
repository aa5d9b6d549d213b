package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys that cannot be used are refused in a line that says why. */
class TlsIdentityTest {
    private static final String[] RSA = {"rsa:2048"};
    private static final String[] ELLIPTIC = {"ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"};
    private static final String[] EDWARDS = {"ed25519"};

    @TempDir
    Path folder;

    private record Pair(Path certificate, Path key) {
    }

    private Pair make(String name, String... kind) throws IOException, InterruptedException {
        Pair pair = new Pair(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        List<String> args = new ArrayList<>(List.of("req", "-x509", "-nodes", "-subj", "/CN=" + name, "-keyout", pair.key.toString(), "-out",
                pair.certificate.toString(), "-newkey"));
        args.addAll(List.of(kind));
        openssl(args);
        return pair;
    }

    private static void openssl(List<String> args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(args);
        try {
            assertEquals(0, new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor(), command::toString);
        } catch (IOException e) {
            assumeTrue(false, "openssl is not installed; apt-get install openssl");
        }
    }

    private static void assertRefused(String word, Path certificate, Path key) {
        String line = assertThrows(StartupException.class, () -> TlsIdentity.of(certificate, key).load()).getMessage();
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.contains(word), line);
        assertFalse(line.contains("PRIVATE KEY-----\n"), line);
    }

    @Test
    void pairOfAnyKindIsTaken() throws Exception {
        for (String[] kind : List.of(RSA, ELLIPTIC, EDWARDS)) {
            Pair pair = make(kind[0].substring(0, 2), kind);
            assertEquals("TLS", TlsIdentity.of(pair.certificate, pair.key).load().getProtocol());
        }
    }

    @Test
    void filesThatAreNoPairAreRefused() throws Exception {
        Pair one = make("one", RSA);
        assertRefused("does not belong", one.certificate, make("same-kind", RSA).key);
        assertRefused("does not belong", one.certificate, make("other-kind", ELLIPTIC).key);
        assertRefused(one.key.toString(), one.key, one.certificate);
    }

    @Test
    void filesThatCannotBeReadAreRefused() throws Exception {
        Pair one = make("one", RSA);
        Path absent = folder.resolve("absent");
        assertRefused(absent.toString(), absent, one.key);
        assertRefused(absent.toString(), one.certificate, absent);
        Path empty = Files.createFile(folder.resolve("empty"));
        assertRefused(empty.toString(), empty, one.key);
        Path damaged = Files.writeString(folder.resolve("damaged"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(damaged, PosixFilePermissions.fromString("rw-------"));
        assertRefused(damaged.toString(), one.certificate, damaged);
        Path old = folder.resolve("pkcs1.key");
        openssl(List.of("rsa", "-in", one.key.toString(), "-traditional", "-out", old.toString()));
        assertRefused("PKCS #8", one.certificate, old);
        Path open = Files.copy(one.key, folder.resolve("open.key"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused("chmod 600", one.certificate, open);
    }
}
