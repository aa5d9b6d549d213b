package io.mpstream.streamer.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.util.Date;
import java.util.Map;

/** Tickets: whoever holds one may read one stream, or one feed, until it expires. For what can send no header, and for links. Any thread. */
final class Tickets {
    private static final JOSEObjectType TYPE = new JOSEObjectType("mpstream-ticket+jwt");
    private static final String PATH = "path";
    private static final String GIVEN_BY = "given_by";
    private static final String FAMILY = AccessTokens.FAMILY;

    private final TokenSigner mint;
    private final RevocationLedger ledger;

    Tickets(byte[] key, RevocationLedger ledger) {
        this.mint = new TokenSigner(TYPE, key);
        this.ledger = ledger;
    }

    /** A ticket for a path, in the name of who gives it, whose revocation revokes it too. */
    String issue(Principal giver, String path, long lifeS) {
        return mint.sign(new JWTClaimsSet.Builder()
                .subject(giver.user())
                .claim(PATH, path)
                .claim(GIVEN_BY, giver.fingerprint())
                .claim(FAMILY, giver.family())
                // As old as the right that it stands on.
                .issueTime(new Date(giver.issuedAtS() * 1_000))
                .expirationTime(Verifier.wholeSecond(System.currentTimeMillis() + lifeS * 1_000))
                .build());
    }

    /**
     * The principal that this ticket makes of its bearer: in whose name, and where.
     *
     * @throws RejectedException if it is not good
     */
    Principal verify(String ticket) {
        Verifier.Verified verified = mint.verify(ticket);
        JWTClaimsSet claims = verified.claims();
        try {
            Principal principal = new Principal(claims.getSubject(), false, Map.of(), claims.getStringClaim(PATH), verified.issuedAtS(),
                    claims.getExpirationTime().getTime(), verified.fingerprint(), claims.getStringClaim(GIVEN_BY),
                    claims.getStringClaim(FAMILY));
            if (principal.ticketPath() == null || ledger.isRevoked(principal)) {
                throw new RejectedException("the ticket is revoked");
            }
            return principal;
        } catch (ParseException e) {
            throw new RejectedException(e);
        }
    }
}
