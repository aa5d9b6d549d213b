package io.mpstream.streamer.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import io.mpstream.settings.AuthSettings;
import io.mpstream.settings.StartupException;
import java.nio.file.Path;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that access tokens may be signed with, each with the algorithms that it is for: a token's header chooses among these and can name
 * nothing else. Any thread.
 */
final class KeyRing implements AutoCloseable {
    /** Of published keys; a shared secret is never among them. */
    static final Set<JWSAlgorithm> PUBLISHED = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA);
    /** Bytes of a secret: fewer could be guessed (RFC 7518, section 3.2). */
    private static final int SECRET_BYTES_MIN = 32;

    private final Map<JWSAlgorithm, List<Key>> own;
    private final PublishedKeys published;

    private KeyRing(Map<JWSAlgorithm, List<Key>> own, PublishedKeys published) {
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
        Map<JWSAlgorithm, List<Key>> own = new HashMap<>();
        settings.secret().ifPresent(secret -> {
            if (secret.length < SECRET_BYTES_MIN) {
                throw new StartupException("the secret of tokens has " + secret.length + " bytes; it must have " + SECRET_BYTES_MIN + " or more");
            }
            add(own, JWSAlgorithm.HS256, new SecretKeySpec(secret, TokenSigner.HMAC));
        });
        if (issuing != null) {
            add(own, JWSAlgorithm.HS256, new SecretKeySpec(issuing, TokenSigner.HMAC));
        }
        settings.publicKeys().forEach(file -> add(own, file));
        if (own.isEmpty() && settings.jwksUrl().isEmpty()) {
            throw new StartupException("--auth jwt must be given with what tokens are checked with: --jwt-secret-file, --jwt-public-key, --jwks-url or --issue-tokens");
        }
        return new KeyRing(own, settings.jwksUrl().map(PublishedKeys::new).orElse(null));
    }

    private static void add(Map<JWSAlgorithm, List<Key>> own, Path file) {
        PublicKey key = PublicKeys.read(file);
        switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() >= PublicKeys.RSA_BITS_MIN -> {
                add(own, JWSAlgorithm.RS256, rsa);
                add(own, JWSAlgorithm.PS256, rsa);
            }
            case RSAPublicKey rsa -> throw new StartupException("the key in " + file + " has " + rsa.getModulus().bitLength() + " bits; it must have " + PublicKeys.RSA_BITS_MIN + " or more");
            case ECPublicKey ec when Curve.P_256.equals(Curve.forECParameterSpec(ec.getParams())) -> add(own, JWSAlgorithm.ES256, ec);
            case EdECPublicKey ed when ed.getParams().getName().equals("Ed25519") -> add(own, JWSAlgorithm.EdDSA, ed);
            default -> throw new StartupException("the key in " + file + " is of a kind that is not taken; known are RSA, EC P-256, Ed25519");
        }
    }

    private static void add(Map<JWSAlgorithm, List<Key>> own, JWSAlgorithm algorithm, Key key) {
        own.computeIfAbsent(algorithm, each -> new ArrayList<>()).add(key);
    }

    /**
     * The keys that this header may mean. May fetch them.
     *
     * @throws RejectedException    if there is none
     * @throws UnavailableException if they cannot be fetched
     */
    List<Key> fitting(JWSHeader header) {
        List<Key> fitting = new ArrayList<>(own.getOrDefault(header.getAlgorithm(), List.of()));
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
