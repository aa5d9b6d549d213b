package io.mpstream.streamer.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets and keys that others know, or could find out, are refused in a line that says why. */
class RefusedKeysTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final int MIME_LINE = 64;

    @TempDir
    Path folder;

    private static void assertRefused(String word, Map<String, String> environment, Object... args) {
        List<String> all = new ArrayList<>(List.of("--auth", "jwt"));
        for (Object arg : args) {
            all.add(arg.toString());
        }
        Settings settings = Settings.parse(all.toArray(String[]::new), environment);
        String line = assertThrows(StartupException.class, () -> Authenticator.of(settings.auth(), null), all::toString).getMessage();
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.contains(word), line);
        assertFalse(line.contains(SECRET) || line.contains("PRIVATE KEY-----\n"), line);
    }

    private static void assertRefused(String word, Object... args) {
        assertRefused(word, Map.of(), args);
    }

    private Path file(String permissions, String text) throws IOException {
        Path file = Files.createTempFile(folder, "secret", "");
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private Path pem(Key... keys) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Key key : keys) {
            String kind = key instanceof PublicKey ? "PUBLIC KEY" : "PRIVATE KEY";
            text.append("-----BEGIN " + kind + "-----\n").append(Base64.getMimeEncoder(MIME_LINE, new byte[] {'\n'}).encodeToString(key.getEncoded()))
                    .append("\n-----END " + kind + "-----\n");
        }
        return file("rw-r--r--", text.toString());
    }

    private static KeyPair rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeyPair elliptic(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static KeyPair edwards() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    @Test
    void somethingMustCheckTokens() {
        assertRefused("--jwt-secret-file");
    }

    @Test
    void secretsThatOthersReadAreRefused() throws IOException {
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----")) {
            assertRefused("chmod 600", "--jwt-secret-file", file(permissions, SECRET));
        }
        assertRefused("chmod 600", "--jwt-secret-file", file("rw-------", SECRET), "--issue-tokens", "--issue-secret-file", file("rw-r--r--", SECRET));
        assertRefused("none-such", "--jwt-secret-file", folder.resolve("none-such"));
    }

    @Test
    void secretsThatOthersGuessAreRefused() throws IOException {
        assertRefused("32", "--jwt-secret-file", file("rw-------", SECRET.substring(1)));
        assertRefused("32", "--jwt-secret-file", file("rw-------", SECRET.substring(1) + "\n\n"));
        assertRefused("32", "--jwt-secret-file", file("rw-------", ""));
        assertRefused("32", Map.of("MPSTREAM_JWT_SECRET", "short"));
        assertRefused("16", "--jwt-secret-file", file("rw-------", SECRET), "--issue-tokens", "--issue-secret-file", file("rw-------", "fifteen bytes!!"));
    }

    @Test
    void keysThatAreWeakOrNotPublicAreRefused() throws Exception {
        String option = "--jwt-public-key";
        Path good = pem(edwards().getPublic());
        Path weak = pem(rsa(1024).getPublic());
        assertRefused("2048", option, weak);
        assertRefused("2048", option, good, option, weak);
        assertRefused("private", option, pem(rsa(2048).getPrivate()));
        assertRefused("private", option, pem(edwards().getPublic(), edwards().getPrivate()));
        assertRefused("public key", option, file("rw-r--r--", "-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n"));
        assertRefused("public key", option, file("rw-r--r--", ""));
        assertRefused("none-such", option, folder.resolve("none-such"));
        assertRefused("kind", option, pem(elliptic("secp384r1").getPublic()));
    }

    @Test
    void othersAreTaken() throws Exception {
        Path secret = file("rw-------", SECRET + "\n");
        Authenticator.of(Settings.of("--auth", "jwt", "--jwt-secret-file", secret.toString(), "--jwt-public-key", pem(rsa(2048).getPublic()).toString(),
                "--jwt-public-key", pem(elliptic("secp256r1").getPublic()).toString(), "--jwt-public-key", pem(edwards().getPublic()).toString()).auth(), null).close();
        Settings issuing = Settings.parse(new String[] {"--auth", "jwt", "--issue-tokens"}, Map.of("MPSTREAM_ISSUE_SECRET", "sixteen bytes: ü"));
        try (Authenticator authenticator = Authenticator.of(issuing.auth(), null)) {
            assertTrue(authenticator.isIssueSecret("sixteen bytes: ü"));
        }
    }
}
