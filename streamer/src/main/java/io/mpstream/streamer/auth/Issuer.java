package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import io.mpstream.settings.AuthSettings;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.util.Date;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Issues access tokens, and refresh tokens that each hold once: who presents a spent one proves that it was stolen, and
 * all that goes back to the same sign-in is revoked (RFC 9700, section 4.14). Any thread that may wait a second.
 */
public final class Issuer {
    private static final JOSEObjectType REFRESH = new JOSEObjectType("mpstream-refresh+jwt");
    private static final Duration REFRESH_LIFE = Duration.ofDays(30);
    private static final String SERIAL = "serial";
    private static final long SECOND_MS = 1_000;
    private static final int FAMILY_BYTES = 16;
    /** Each request carries it: enough that no two tokens are the same. */
    private static final int TOKEN_NAME_BYTES = 8;

    private final AuthSettings settings;
    private final TokenSigner access;
    private final TokenSigner refresh;
    private final RevocationLedger ledger;
    private final SecureRandom random = new SecureRandom();

    /**
     * A pair of tokens that a client gets.
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
    Issuer(AuthSettings settings, byte[] accessKey, byte[] refreshKey, RevocationLedger ledger) {
        this.settings = settings;
        this.access = new TokenSigner(JOSEObjectType.JWT, accessKey);
        this.refresh = new TokenSigner(REFRESH, refreshKey);
        this.ledger = ledger;
    }

    /** A name that nothing else has. */
    private String name(int bytes) {
        byte[] name = new byte[bytes];
        random.nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    /** An access token alone. */
    public String issueAccess(String user) {
        long issueTimeS = ledger.issueTimeS(user);
        awaitValid(issueTimeS);
        return access(user, null, issueTimeS);
    }

    /** A sign-in. */
    public Issued issue(String user) {
        String family = name(FAMILY_BYTES);
        Date until = new Date(System.currentTimeMillis() + REFRESH_LIFE.toMillis());
        ledger.open(family, until.getTime());
        return issued(user, family, 1, until, ledger.issueTimeS(user));
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
        long serial = serial(claims);
        long issueTimeS = ledger.spend(family, serial, claims.getSubject(), verified.issuedAtS());
        if (issueTimeS < 0) {
            throw new RejectedException("the refresh token was spent");
        }
        return issued(claims.getSubject(), family, serial + 1, claims.getExpirationTime(), issueTimeS);
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

    private Issued issued(String user, String family, long serial, Date until, long issueTimeS) {
        awaitValid(issueTimeS);
        String next = refresh.sign(new JWTClaimsSet.Builder().subject(user).claim(AccessTokens.FAMILY, family).claim(SERIAL, serial)
                .issueTime(new Date(issueTimeS * SECOND_MS)).expirationTime(until).build());
        return new Issued(access(user, family, issueTimeS), settings.tokenLife().toSeconds(), next);
    }

    /** A user who has just been revoked gets tokens of the next second, which nobody takes before: then that is waited for. */
    private void awaitValid(long issueTimeS) {
        try {
            while (issueTimeS > System.currentTimeMillis() / SECOND_MS + settings.leeway().toSeconds()) {
                TimeUnit.MILLISECONDS.sleep(SECOND_MS - System.currentTimeMillis() % SECOND_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String access(String user, String family, long issueTimeS) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(user)
                .jwtID(name(TOKEN_NAME_BYTES))
                .issueTime(new Date(issueTimeS * SECOND_MS))
                .expirationTime(Verifier.wholeSecond(System.currentTimeMillis() + settings.tokenLife().toMillis()))
                .claim(AccessTokens.FAMILY, family);
        settings.issuer().ifPresent(claims::issuer);
        settings.audience().ifPresent(claims::audience);
        return access.sign(claims.build());
    }
}
