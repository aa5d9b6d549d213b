package io.mpstream.system;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/** A token as an issuer elsewhere makes it, or as an attacker does: nothing is checked here (RFC 7519, RFC 7518). */
final class Jwt {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long LIFE_S = 600;
    private static final int PSS_SALT_BYTES = 32;

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();

    private Jwt() {
    }

    /** A token in whose name nothing is wrong yet. */
    static Jwt of(String user) {
        return new Jwt().header("typ", "JWT").claim("sub", user).lives(LIFE_S);
    }

    /** It was issued now and holds for so long. */
    Jwt lives(long seconds) {
        long nowS = nowS();
        return claim("iat", nowS).claim("exp", nowS + seconds);
    }

    static long nowS() {
        return System.currentTimeMillis() / 1_000;
    }

    /** Sets a parameter of the header; null takes it away. */
    Jwt header(String name, Object value) {
        set(header, name, value);
        return this;
    }

    /** Sets a claim; null takes it away. */
    Jwt claim(String name, Object value) {
        set(claims, name, value);
        return this;
    }

    private static void set(Map<String, Object> object, String name, Object value) {
        if (value == null) {
            object.remove(name);
        } else {
            object.put(name, value);
        }
    }

    /** Signed with a secret (HS256). */
    String by(byte[] secret) {
        String input = input("HS256");
        return input + "." + encode(mac(secret, input));
    }

    /** Signed with a private key. */
    String by(String algorithm, PrivateKey key) {
        String input = input(algorithm);
        try {
            Signature signature = switch (algorithm) {
                case "RS256" -> Signature.getInstance("SHA256withRSA");
                case "PS256" -> Signature.getInstance("RSASSA-PSS");
                case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
                default -> Signature.getInstance("Ed25519");
            };
            if (algorithm.equals("PS256")) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSS_SALT_BYTES, 1));
            }
            signature.initSign(key);
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Said to be signed in this way, with this for a signature. */
    String claimingToBe(Object algorithm, byte[] signature) {
        return input(algorithm) + "." + encode(signature);
    }

    private String input(Object algorithm) {
        Map<String, Object> whole = new LinkedHashMap<>(Map.of("alg", algorithm));
        whole.putAll(header);
        return encode(JSON.writeValueAsBytes(whole)) + "." + encode(JSON.writeValueAsBytes(claims));
    }

    static byte[] mac(byte[] secret, String input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
