package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Keys and secrets that tokens are signed with, in the forms that a server is told them in. */
final class Keys {
    /** As long as it must be. */
    static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final int EC_BYTES = 32;
    private static final int MIME_LINE = 64;

    private Keys() {
    }

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair elliptic(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair edwards() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key as PEM: a public one as BEGIN PUBLIC KEY, a private one as BEGIN PRIVATE KEY. */
    static String pem(Key key) {
        String kind = key instanceof PublicKey ? "PUBLIC KEY" : "PRIVATE KEY";
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(MIME_LINE, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END " + kind + "-----\n";
    }

    static Path pemFile(Path folder, String name, Key key) {
        return write(folder.resolve(name), pem(key).getBytes(StandardCharsets.US_ASCII));
    }

    /** A file with this secret that only its owner can read. */
    static Path secretFile(Path folder, String name, byte[] secret) {
        return permit(write(folder.resolve(name), secret), "rw-------");
    }

    /** The file of {@link #SECRET}, with the line end that an editor leaves. */
    static Path secretFile(Path folder) {
        return secretFile(folder, "jwt.secret", (new String(SECRET, StandardCharsets.US_ASCII) + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    static Path permit(Path file, String permissions) {
        try {
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, byte[] content) {
        try {
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The key as it is published (RFC 7517); without a name if that is null. */
    static Map<String, Object> published(String kid, PublicKey key) {
        Map<String, Object> jwk = new HashMap<>(switch (key) {
            case RSAPublicKey rsa -> Map.of("kty", "RSA", "n", number(rsa.getModulus(), 0), "e", number(rsa.getPublicExponent(), 0));
            case ECPublicKey ec -> Map.of("kty", "EC", "crv", "P-256", "x", number(ec.getW().getAffineX(), EC_BYTES), "y",
                    number(ec.getW().getAffineY(), EC_BYTES));
            default -> Map.of("kty", "OKP", "crv", "Ed25519", "x", Jwt.encode(last(key.getEncoded(), EC_BYTES)));
        });
        if (kid != null) {
            jwk.put("kid", kid);
        }
        return jwk;
    }

    private static String number(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        byte[] bytes = signed[0] == 0 ? last(signed, signed.length - 1) : signed;
        byte[] padded = new byte[Math.max(length, bytes.length)];
        System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
        return Jwt.encode(padded);
    }

    private static byte[] last(byte[] bytes, int count) {
        return Arrays.copyOfRange(bytes, bytes.length - count, bytes.length);
    }
}
