package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import io.mpstream.config.AuthSettings;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.HexFormat;

/**
 * Issues access tokens, and refresh tokens that each hold once: who presents a spent one proves that it was stolen, and
 * all that goes back to the same sign-in is revoked (RFC 9700, section 4.14). Any thread.
 */
public final class Issuer {
    private static final JOSEObjectType REFRESH = new JOSEObjectType("mpstream-refresh+jwt");
    private static final Duration REFRESH_LIFE = Duration.ofDays(30);
    private static final String SERIAL = "serial";
    private static final int NAME_BYTES = 16;

    private final AuthSettings settings;
    private final Mint access;
    private final Mint refresh;
    private final Ledger ledger;
    private final SecureRandom random = new SecureRandom();

    /**
     * What a client gets.
     *
     * @param access     to be sent with each request
     * @param expiresInS seconds for which it holds
     * @param refresh    for the next two, once
     */
    public record Issued(String access, long expiresInS, String refresh) {
    }

    /**
     * An issuer.
     *
     * @param accessKey  signs access tokens
     * @param refreshKey signs refresh tokens, and nothing else
     */
    Issuer(AuthSettings settings, byte[] accessKey, byte[] refreshKey, Ledger ledger) {
        this.settings = settings;
        this.access = new Mint(JOSEObjectType.JWT, accessKey);
        this.refresh = new Mint(REFRESH, refreshKey);
        this.ledger = ledger;
    }

    /** A name that nothing else has, and nobody can guess. */
    private String name() {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    /** An access token alone. */
    public String issueAccess(String user) {
        return access(user, null);
    }

    /** A sign-in. */
    public Issued issue(String user) {
        String family = name();
        Date until = new Date(System.currentTimeMillis() + REFRESH_LIFE.toMillis());
        ledger.open(family, until.getTime());
        return issued(user, family, 1, until);
    }

    /**
     * A fresh pair for a refresh token, which is spent then.
     *
     * @throws RejectedException if it is not good, or was spent before
     */
    public Issued refresh(String token) {
        Verifier.Verified verified = refresh.verify(token);
        JWTClaimsSet claims = verified.claims();
        String family = family(claims);
        if (verified.issuedAtS() < ledger.validSinceS(claims.getSubject())) {
            ledger.revokeFamily(family);
            throw new RejectedException("the user is revoked");
        }
        long serial = serial(claims);
        if (!ledger.spend(family, serial)) {
            throw new RejectedException("the refresh token was spent");
        }
        return issued(claims.getSubject(), family, serial + 1, claims.getExpirationTime());
    }

    /**
     * Revokes what a refresh token goes back to.
     *
     * @throws RejectedException if it is none
     */
    void revokeRefresh(String token) {
        ledger.revokeFamily(family(refresh.verify(token).claims()));
    }

    private static String family(JWTClaimsSet claims) {
        try {
            return claims.getStringClaim(AccessTokens.FAMILY);
        } catch (ParseException e) {
            throw new RejectedException(e);
        }
    }

    private static long serial(JWTClaimsSet claims) {
        try {
            return claims.getLongClaim(SERIAL);
        } catch (ParseException e) {
            throw new RejectedException(e);
        }
    }

    private Issued issued(String user, String family, long serial, Date until) {
        String next = refresh.sign(new JWTClaimsSet.Builder().subject(user).claim(AccessTokens.FAMILY, family).claim(SERIAL, serial)
                .issueTime(new Date(nowS(user) * 1_000)).expirationTime(until).build());
        return new Issued(access(user, family), settings.tokenLife().toSeconds(), next);
    }

    /** This second; or the next, where all that was issued to the user in this one is revoked. */
    private long nowS(String user) {
        return Math.max(System.currentTimeMillis() / 1_000, ledger.validSinceS(user));
    }

    private String access(String user, String family) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(user)
                .jwtID(name())
                .issueTime(new Date(nowS(user) * 1_000))
                .expirationTime(Verifier.wholeSecond(System.currentTimeMillis() + settings.tokenLife().toMillis()))
                .claim(AccessTokens.FAMILY, family);
        settings.issuer().ifPresent(claims::issuer);
        settings.audience().ifPresent(claims::audience);
        return access.sign(claims.build());
    }
}
