package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.mpstream.protocol.Sha256;
import io.mpstream.protocol.Unicode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.Set;

/** Checks signed tokens (RFC 7519, RFC 8725): signature, type, times, issuer, audience. Any thread. */
final class Verifier {
    /** More does not fit into a request's head. */
    private static final int LENGTH_MAX = 16 * 1024;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    /** A token that is what it says it is. */
    record Verified(JWTClaimsSet claims, String fingerprint) {
        long issuedAtS() {
            // One that does not say is older than any revocation.
            return claims.getIssueTime() == null ? 0 : claims.getIssueTime().getTime() / 1_000;
        }
    }

    /**
     * Checks tokens of these types.
     *
     * @param keys     the keys that a header allows
     * @param types    values of the header {@code typ}; null stands for none
     * @param audience the audience that it must name, or null
     * @param issuer   the issuer that it must name, or null
     */
    Verifier(JWSKeySelector<SecurityContext> keys, Set<JOSEObjectType> types, String audience, String issuer, Duration leeway) {
        JWTClaimsSet exact = issuer == null ? null : new JWTClaimsSet.Builder().issuer(issuer).build();
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(audience, exact, Set.of("sub", "exp"));
        claims.setMaxClockSkew(Math.toIntExact(leeway.toSeconds()));
        processor.setJWTClaimsSetVerifier(claims);
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(types));
        processor.setJWSKeySelector(keys);
        processor.setJWSVerifierFactory(new Ed25519.Factory());
    }

    /**
     * Checks one. May block where keys are fetched.
     *
     * @throws RejectedException    if it is not good
     * @throws UnavailableException if nobody can know
     */
    Verified verify(String token) {
        requireCompact(token);
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!jwt.getSignature().equals(Base64URL.encode(jwt.getSignature().decode()))) {
                throw new RejectedException("its signature could be written in another way");
            }
            requireUtf8(jwt.getPayload().toBytes());
            JWTClaimsSet claims = processor.process(jwt, null);
            if (claims.getSubject() == null || claims.getExpirationTime() == null) {
                // They may be there, and null.
                throw new RejectedException("it does not say who, or until when");
            }
            requireText(claims.getSubject());
            // Of what is signed: the signature may be written in more than one way.
            return new Verified(claims, Sha256.hex(jwt.getSigningInput()));
        } catch (RejectedException | UnavailableException e) {
            throw e;
        } catch (ParseException | BadJOSEException | JOSEException | CharacterCodingException | RuntimeException e) {
            // Not all that is no token is met by the library with what it declares.
            throw new RejectedException(e);
        }
    }

    /** The library passes over characters that do not belong there: one token could be written in any number of ways, and be remembered so. */
    private static void requireCompact(String token) {
        if (token.length() > LENGTH_MAX) {
            throw new RejectedException("it is too long");
        }
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')) {
                throw new RejectedException("it has characters that no token has");
            }
        }
    }

    /** Lets UTF-8 pass: the library reads what is none as U+FFFD, and one user is taken for another. */
    private static void requireUtf8(byte[] payload) throws CharacterCodingException {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
    }

    /**
     * Lets text pass that can be written and read again.
     *
     * @throws RejectedException if it has half of a surrogate pair, which is written as a question mark
     */
    static void requireText(String text) {
        if (!Unicode.isWellFormed(text)) {
            throw new RejectedException("it has half of a surrogate pair");
        }
    }

    /** Tokens tell whole seconds: the first that is not before this time, so that they hold as long as they should. */
    static Date wholeSecond(long ms) {
        return new Date((ms + 999) / 1_000 * 1_000);
    }
}
