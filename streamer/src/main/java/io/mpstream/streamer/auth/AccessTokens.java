package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import io.mpstream.settings.AuthSettings;
import java.text.ParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The bearers of access tokens. What has been verified is remembered for a minute, so that most requests cost a look-up; each look-up
 * asks for expiry and revocation. Any thread.
 */
final class AccessTokens {
    /** The claim that says which sign-in a token goes back to that was issued here. */
    static final String FAMILY = "mpstream_family";

    private static final Set<JOSEObjectType> TYPES = typesOfAccess();
    private static final int REMEMBERED_MAX = 10_000;
    /** Time after which a token is verified again: its key may have been withdrawn. */
    private static final long REMEMBERED_MS = 60_000;

    private final Verifier verifier;
    private final AuthSettings settings;
    private final RevocationLedger ledger;
    /** The newer half of what is remembered, and the older. */
    private volatile ConcurrentMap<String, Remembered> recent = new ConcurrentHashMap<>();
    private volatile ConcurrentMap<String, Remembered> older = new ConcurrentHashMap<>();

    private record Remembered(Principal principal, long untilMs) {
    }

    AccessTokens(KeyRing keys, AuthSettings settings, RevocationLedger ledger) {
        this.verifier = new Verifier((header, context) -> keys.fitting(header), TYPES, settings.audience().orElse(null), settings.issuer().orElse(null), settings.leeway());
        this.settings = settings;
        this.ledger = ledger;
    }

    private static Set<JOSEObjectType> typesOfAccess() {
        // RFC 9068 has a type of its own; most issuers name the general one, or none.
        Set<JOSEObjectType> types = new HashSet<>(Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt")));
        types.add(null);
        return types;
    }

    /** The bearer of this token, if that is remembered and still so; else null. */
    Principal cached(String token) {
        Remembered remembered = recent.get(token);
        if (remembered == null) {
            remembered = older.get(token);
            if (remembered == null) {
                return null;
            }
            remember(token, remembered);
        }
        Principal principal = remembered.principal;
        return System.currentTimeMillis() < remembered.untilMs && !ledger.isRevoked(principal) ? principal : null;
    }

    private void remember(String token, Remembered remembered) {
        if (recent.size() >= REMEMBERED_MAX / 2) {
            older = recent;
            recent = new ConcurrentHashMap<>();
        }
        recent.put(token, remembered);
    }

    /**
     * Finds out who bears this token. May block.
     *
     * @throws RejectedException    if it is not good
     * @throws UnavailableException if nobody can know
     */
    Principal verify(String token) {
        Principal principal = principal(verifier.verify(token));
        if (ledger.isRevoked(principal)) {
            throw new RejectedException("the token is revoked");
        }
        remember(token, new Remembered(principal, Math.min(principal.expiresAtMs(), System.currentTimeMillis() + REMEMBERED_MS)));
        return principal;
    }

    private Principal principal(Verifier.Verified verified) {
        JWTClaimsSet claims = verified.claims();
        if (claims.getSubject().isBlank()) {
            throw new RejectedException("it does not say who");
        }
        if (verified.issuedAtS() > System.currentTimeMillis() / 1_000 + settings.leeway().toSeconds()) {
            throw new RejectedException("it is of the future");
        }
        Map<String, String> attributes = new HashMap<>();
        Map<String, Object> said = claims.toJSONObject();
        for (String name : settings.claims()) {
            if (said.get(name) != null) {
                String text = text(said.get(name));
                Verifier.requireText(text);
                attributes.put(Principal.CLAIM_PREFIX + name, text);
            }
        }
        boolean seesAll = settings.seesAll().map(wanted -> hasValue(claims.getClaim(wanted.getKey()), wanted.getValue())).orElse(false);
        try {
            return new Principal(claims.getSubject(), seesAll, attributes, null, verified.issuedAtS(),
                    claims.getExpirationTime().getTime() + settings.leeway().toMillis(), verified.fingerprint(), null, claims.getStringClaim(FAMILY));
        } catch (ParseException e) {
            throw new RejectedException(e);
        }
    }

    /** A claim as an attribute: a string as it is, all else as JSON. */
    private static String text(Object claim) {
        if (claim instanceof String text) {
            return text;
        }
        String list = JSONArrayUtils.toJSONString(List.of(claim));
        return list.substring(1, list.length() - 1);
    }

    /** Whether a claim is this, or has it among several: a list, or words as in a scope (RFC 8693, section 4.2). */
    private static boolean hasValue(Object claim, String wanted) {
        return switch (claim) {
            case null -> false;
            case Collection<?> several -> several.contains(wanted);
            case String text -> text.equals(wanted) || List.of(text.split("\\s+")).contains(wanted);
            default -> claim.toString().equals(wanted);
        };
    }
}
