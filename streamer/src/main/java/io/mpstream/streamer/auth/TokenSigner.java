package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens of one type with one key (HS256), and knows its own. Any thread. */
final class TokenSigner {
    /** The algorithm of secrets, as the JDK calls it. */
    static final String HMAC = "HmacSHA256";

    private final JWSHeader header;
    private final JWSSigner signer;
    private final Verifier verifier;

    TokenSigner(JOSEObjectType type, byte[] key) {
        this.header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(type).build();
        try {
            SecretKey secret = new SecretKeySpec(key, HMAC);
            this.signer = new MACSigner(secret);
            this.verifier = new Verifier((header, context) -> List.of(secret), Set.of(type), null, null, Duration.ZERO);
        } catch (JOSEException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * Checks a token.
     *
     * @throws RejectedException if it is none of these, or not good
     */
    Verifier.Verified verify(String token) {
        return verifier.verify(token);
    }

    String sign(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
