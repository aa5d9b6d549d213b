package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys as openssl writes them, and what is said of those that cannot be used. */
class TlsIdentityTest {
    private static final int OPENSSL_S = 30;

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() throws Exception {
        make("rsa", "rsa:2048");
        make("other-rsa", "rsa:2048");
        make("ec", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    }

    private static void make(String name, String... kind) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                "-keyout", key(name).toString(), "-out", certificate(name).toString(), "-newkey"));
        command.addAll(List.of(kind));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertTrue(openssl.waitFor(OPENSSL_S, TimeUnit.SECONDS));
        assertEquals(0, openssl.exitValue());
    }

    private static Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    private static Path key(String name) {
        return folder.resolve(name + ".key");
    }

    @Test
    void pairIsUsed() {
        assertNotNull(TlsIdentity.of(certificate("rsa"), key("rsa")).load());
        assertNotNull(TlsIdentity.of(certificate("ec"), key("ec")).load());
    }

    @Test
    void fileThatIsNotThereIsNamed() {
        Path absent = folder.resolve("absent");
        assertRefused(absent.toString(), absent, key("rsa"));
        assertRefused(absent.toString(), certificate("rsa"), absent);
    }

    @Test
    void keyThatIsNoPkcs8IsRefused() throws IOException {
        String old = Files.readString(key("rsa")).replace(" PRIVATE KEY", " RSA PRIVATE KEY");
        assertRefused("PKCS #8", certificate("rsa"), own("old", old));
        Path damaged = own("damaged", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertRefused(damaged.toString(), certificate("rsa"), damaged);
    }

    @Test
    void keyOfAnotherCertificateIsRefused() {
        assertRefused("does not belong", certificate("rsa"), key("other-rsa"));
        assertRefused("does not belong", certificate("rsa"), key("ec"));
    }

    @Test
    void fileWithoutACertificateIsRefused() throws IOException {
        Path empty = own("empty", "");
        assertRefused(empty.toString(), empty, key("rsa"));
        assertRefused(key("rsa").toString(), key("rsa"), certificate("rsa"));
    }

    private static Path own(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        assertTrue(file.toFile().setReadable(false, false) && file.toFile().setReadable(true, true));
        return file;
    }

    private static void assertRefused(String said, Path certificate, Path key) {
        String message = assertThrows(StartupException.class, () -> TlsIdentity.of(certificate, key).load()).getMessage();
        assertTrue(message.contains(said), message);
        assertEquals(1, message.lines().count(), message);
    }
}
