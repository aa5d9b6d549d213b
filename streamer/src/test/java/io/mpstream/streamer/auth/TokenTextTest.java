package io.mpstream.streamer.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a token names is text: different names are different users. */
class TokenTextTest {
    private static final byte[] KEY = "a secret of thirty-two bytes, no less".getBytes(StandardCharsets.UTF_8);
    private static final String HEAD = base64("{\"typ\":\"JWT\",\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path folder;

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String token(byte[] claims) throws GeneralSecurityException {
        String input = HEAD + "." + base64(claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String token(String claims) throws GeneralSecurityException {
        return token(("{\"exp\":9999999999," + claims + "}").getBytes(StandardCharsets.UTF_8));
    }

    private Authenticator authenticator() throws IOException {
        Path secret = Files.createFile(folder.resolve("secret"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(secret, KEY);
        return Authenticator.of(Settings.of("--auth", "jwt", "--jwt-secret-file", secret.toString(), "--user-claim", "team").auth(), null);
    }

    @Test
    void subjectsThatAreNoTextAreRefused() throws Exception {
        try (Authenticator authenticator = authenticator()) {
            for (String half : List.of("x\\ud800", "\\udbff", "\\udc00\\ud800", "\\ud800x")) {
                assertThrows(RejectedException.class, () -> authenticator.verify(token("\"sub\":\"" + half + "\"")), half);
            }
            assertEquals("x😀", authenticator.verify(token("\"sub\":\"x\\ud83d\\ude00\"")).user());
            assertEquals("x?", authenticator.verify(token("\"sub\":\"x?\"")).user());
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        try (Authenticator authenticator = authenticator()) {
            for (int octet : List.of(0xFF, 0xFE, 0x80, 0xC3)) {
                ByteArrayOutputStream claims = new ByteArrayOutputStream();
                claims.writeBytes("{\"exp\":9999999999,\"sub\":\"x".getBytes(StandardCharsets.UTF_8));
                claims.write(octet);
                claims.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
                assertThrows(RejectedException.class, () -> authenticator.verify(token(claims.toByteArray())));
            }
        }
    }

    @Test
    void claimsThatAreHandedOnAreText() throws Exception {
        try (Authenticator authenticator = authenticator()) {
            for (String claim : List.of("\"\\ud800\"", "[\"a\",\"\\udc00\"]", "{\"\\udbff\":1}")) {
                assertThrows(RejectedException.class, () -> authenticator.verify(token("\"sub\":\"bob\",\"team\":" + claim)), claim);
            }
            assertEquals("[\"a\"]", authenticator.verify(token("\"sub\":\"bob\",\"team\":[\"a\"]")).attributes().get("claim.team"));
        }
    }
}
