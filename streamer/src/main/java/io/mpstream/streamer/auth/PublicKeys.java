package io.mpstream.streamer.auth;

import io.mpstream.settings.StartupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads public keys from PEM files (RFC 7468): a bare key, or the one in a certificate. */
final class PublicKeys {
    /** Bits of an RSA key: fewer can be factored (RFC 7518, section 3.3). */
    static final int RSA_BITS_MIN = 2048;

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private PublicKeys() {
    }

    /**
     * Reads one.
     *
     * @throws StartupException if there is none, saying why
     */
    static PublicKey read(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (text.contains("PRIVATE KEY-----")) {
                throw new StartupException(file + " has a private key: to check tokens only the public one is wanted, and the other is to be kept from here");
            }
            Matcher block = BLOCK.matcher(text);
            if (!block.find()) {
                throw new StartupException("there is no public key in " + file + ": PEM is wanted, BEGIN PUBLIC KEY or BEGIN CERTIFICATE");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
            return block.group(1).equals("CERTIFICATE")
                    ? CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded)).getPublicKey()
                    : decode(encoded);
        } catch (IOException e) {
            throw new StartupException("cannot read the public key in " + file + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new StartupException("the public key in " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static PublicKey decode(byte[] encoded) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // It says of which algorithm it is, but only to the one that knows it.
                continue;
            }
        }
        throw new GeneralSecurityException("it is none of RSA, EC, Ed25519");
    }
}
