package io.mpstream.streamer.http;

import io.mpstream.settings.Secret;
import io.mpstream.settings.StartupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who the server is: a certificate chain and its private key, from two PEM files (RFC 7468) that may change, or made for trying. */
final class TlsIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA");
    private static final int PASSWORD_BYTES = 16;
    private static final long KEYTOOL_S = 30;
    private static final String PASSWORD_VARIABLE = "STORE_PASSWORD";

    private final Path certificates;
    private final Path key;
    private FileTime certificatesTime;
    private FileTime keyTime;

    private TlsIdentity(Path certificates, Path key) {
        this.certificates = certificates;
        this.key = key;
    }

    /** The identity in these files. */
    static TlsIdentity of(Path certificates, Path key) {
        return new TlsIdentity(certificates, key);
    }

    /**
     * Reads the files.
     *
     * @throws StartupException if they cannot be used, saying why
     */
    SSLContext load() {
        try {
            certificatesTime = Files.getLastModifiedTime(certificates);
            keyTime = Files.getLastModifiedTime(key);
            Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificates)));
            if (chain.isEmpty()) {
                throw new StartupException("there is no certificate in " + certificates);
            }
            PrivateKey secret = key(new String(Secret.read(key), StandardCharsets.ISO_8859_1));
            requirePair(chain.iterator().next(), secret);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = password();
            store.setKeyEntry("server", secret, password, chain.toArray(Certificate[]::new));
            return context(store, password);
        } catch (IOException e) {
            throw new StartupException("cannot read " + e.getMessage() + "; --tls-cert and --tls-key name PEM files", e);
        } catch (GeneralSecurityException e) {
            throw new StartupException("cannot use " + certificates + " with " + key + ": " + e.getMessage(), e);
        }
    }

    /** Whether either file has changed since it was read. */
    boolean hasChanged() {
        try {
            return !Files.getLastModifiedTime(certificates).equals(certificatesTime) || !Files.getLastModifiedTime(key).equals(keyTime);
        } catch (IOException e) {
            // One is being replaced.
            LOG.debug("a certificate file is not there", e);
            return false;
        }
    }

    private PrivateKey key(String pem) throws GeneralSecurityException {
        int begin = pem.indexOf(KEY_BEGIN);
        int end = pem.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new StartupException(key + " has no PKCS #8 private key; convert it: openssl pkcs8 -topk8 -nocrypt -in " + key + " -out key.pem");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new StartupException("the private key in " + key + " is damaged", e);
        }
        for (String type : KEY_TYPES) {
            try {
                return KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                LOG.debug("the key is not of type {}", type, e);
            }
        }
        throw new StartupException("the private key in " + key + " is none of " + String.join(", ", KEY_TYPES));
    }

    /** While two files are being replaced one may be new and the other old. */
    private void requirePair(Certificate certificate, PrivateKey secret) throws GeneralSecurityException {
        String algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] probe = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(probe);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(probe);
        byte[] signed = signature.sign();
        if (!verifies(signature, certificate, probe, signed)) {
            throw new GeneralSecurityException("the key does not belong to the certificate");
        }
    }

    private static boolean verifies(Signature signature, Certificate certificate, byte[] probe, byte[] signed) throws GeneralSecurityException {
        try {
            signature.initVerify(certificate);
            signature.update(probe);
            return signature.verify(signed);
        } catch (InvalidKeyException e) {
            LOG.debug("a key of another kind", e);
            return false;
        }
    }

    private static SSLContext context(KeyStore store, char[] password) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static char[] password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random).toCharArray();
    }

    /**
     * Makes an identity that lasts as long as this process, for localhost and this host, with the JDK's keytool.
     *
     * @throws StartupException if that cannot be done
     */
    static SSLContext selfSigned(String host) {
        try {
            Path file = Files.createTempDirectory("mpstream-tls").resolve("self-signed.p12");
            try {
                char[] password = password();
                makeSelfSigned(host, file, new String(password));
                KeyStore store = KeyStore.getInstance(file.toFile(), password);
                return context(store, password);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(file.getParent());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new StartupException("cannot make a certificate: " + e.getMessage(), e);
        }
    }

    private static void makeSelfSigned(String host, Path file, String password) throws IOException {
        String name = (host.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + host;
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        ProcessBuilder builder = new ProcessBuilder(keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1",
                "-validity", "365", "-dname", "CN=MPStream self-signed", "-ext", "san=dns:localhost,ip:127.0.0.1,ip:::1," + name,
                "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass:env", PASSWORD_VARIABLE)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        // Not an argument: those of a process are for all to see.
        builder.environment().put(PASSWORD_VARIABLE, password);
        Process process = builder.start();
        try {
            if (!process.waitFor(KEYTOOL_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool failed");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
