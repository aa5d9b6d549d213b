package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import io.mpstream.settings.AuthSettings;
import io.mpstream.settings.StartupException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys that access tokens may be signed with, each with the algorithms that it is for: a token's header chooses among these and can name
 * nothing else. Any thread.
 */
final class KeyRing implements AutoCloseable {
    /** Of published keys; a shared secret is never among them. */
    static final Set<JWSAlgorithm> PUBLISHED = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);
    /** Bytes of a secret: fewer could be guessed (RFC 7518, section 3.2). */
    private static final int SECRET_BYTES_MIN = 32;

    private final Map<JWSAlgorithm, List<JWSVerifier>> own;
    private final PublishedKeys published;

    private KeyRing(Map<JWSAlgorithm, List<JWSVerifier>> own, PublishedKeys published) {
        this.own = own;
        this.published = published;
    }

    /**
     * The keys that the settings name.
     *
     * @param issuing what tokens are signed with that are issued here, or null
     * @throws StartupException if one cannot be used, saying why
     */
    static KeyRing of(AuthSettings settings, byte[] issuing) {
        Map<JWSAlgorithm, List<JWSVerifier>> own = new HashMap<>();
        try {
            if (settings.secret().isPresent()) {
                byte[] secret = settings.secret().get();
                if (secret.length < SECRET_BYTES_MIN) {
                    throw new StartupException("the secret of tokens has " + secret.length + " bytes; it must have " + SECRET_BYTES_MIN + " or more");
                }
                add(own, JWSAlgorithm.HS256, new MACVerifier(secret));
            }
            if (issuing != null) {
                add(own, JWSAlgorithm.HS256, new MACVerifier(issuing));
            }
            for (Path file : settings.publicKeys()) {
                add(own, file);
            }
        } catch (JOSEException e) {
            throw new StartupException("a key of tokens cannot be used: " + e.getMessage(), e);
        }
        if (own.isEmpty() && settings.jwksUrl().isEmpty()) {
            throw new StartupException("--auth jwt must be given with what tokens are checked with: --jwt-secret-file, --jwt-public-key, --jwks-url or --issue-tokens");
        }
        return new KeyRing(own, settings.jwksUrl().map(PublishedKeys::new).orElse(null));
    }

    private static void add(Map<JWSAlgorithm, List<JWSVerifier>> own, Path file) throws JOSEException {
        PublicKey key = PublicKeys.read(file);
        switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() >= PublicKeys.RSA_BITS_MIN -> {
                add(own, JWSAlgorithm.RS256, new RSASSAVerifier(rsa));
                add(own, JWSAlgorithm.PS256, new RSASSAVerifier(rsa));
            }
            case RSAPublicKey rsa -> throw new StartupException("the key in " + file + " has " + rsa.getModulus().bitLength() + " bits; it must have " + PublicKeys.RSA_BITS_MIN + " or more");
            case ECPublicKey ec when Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams())) -> add(own, JWSAlgorithm.ES256, new ECDSAVerifier(ec));
            case EdECPublicKey ed when ed.getParams().getName().equals("Ed25519") -> add(own, JWSAlgorithm.EdDSA, new Ed25519(ed));
            default -> throw new StartupException("the key in " + file + " is of a kind that is not taken; known are RSA, EC P-256, Ed25519");
        }
    }

    private static void add(Map<JWSAlgorithm, List<JWSVerifier>> own, JWSAlgorithm algorithm, JWSVerifier verifier) {
        own.computeIfAbsent(algorithm, each -> new ArrayList<>()).add(verifier);
    }

    /**
     * The verifiers of the keys that this header may mean. May fetch them.
     *
     * @throws RejectedException    if there is none
     * @throws UnavailableException if they cannot be fetched
     */
    List<JWSVerifier> fitting(JWSHeader header) {
        List<JWSVerifier> fitting = new ArrayList<>(own.getOrDefault(header.getAlgorithm(), List.of()));
        if (published != null && PUBLISHED.contains(header.getAlgorithm())) {
            fitting.addAll(published.fitting(header));
        }
        if (fitting.isEmpty()) {
            throw new RejectedException("no key for " + header.getAlgorithm());
        }
        return fitting;
    }

    @Override
    public void close() {
        if (published != null) {
            published.close();
        }
    }
}
