package io.mpstream.streamer.auth;

import io.mpstream.settings.AuthSettings;
import io.mpstream.settings.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows who is who: checks tokens and tickets; gives out tickets, revokes; issues tokens where the settings say so. Any thread. */
public final class Authenticator implements AutoCloseable {
    /** Seconds for which a ticket holds at most. */
    public static final long TICKET_S_MAX = TimeUnit.DAYS.toSeconds(7);

    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
    private static final int ISSUE_SECRET_BYTES_MIN = 16;

    private final KeyRing keys;
    private final AccessTokens access;
    private final Tickets tickets;
    private final Issuer issuer;
    private final RevocationLedger ledger;
    private final byte[] issueSecret;

    private Authenticator(AuthSettings settings, Path folder) {
        ServerKey own = ServerKey.of(folder == null ? null : folder.resolve("server.key"));
        ledger = new RevocationLedger(folder == null ? null : folder.resolve("tokens.ledger"), settings.leeway());
        // Who shares a secret takes what is signed with it, so what is issued here is signed with that too.
        byte[] accessKey = settings.isIssuing() ? settings.secret().orElseGet(() -> own.derive("access")) : null;
        keys = KeyRing.of(settings, accessKey);
        access = new AccessTokens(keys, settings, ledger);
        tickets = new Tickets(own.derive("ticket"), ledger);
        issuer = settings.isIssuing() ? new Issuer(settings, accessKey, own.derive("refresh"), ledger) : null;
        issueSecret = settings.issueSecret().orElse(null);
        if (issueSecret != null && issueSecret.length < ISSUE_SECRET_BYTES_MIN) {
            throw new StartupException("the issuing secret has " + issueSecret.length + " bytes; it must have " + ISSUE_SECRET_BYTES_MIN + " or more");
        }
        if (issuer != null && issueSecret == null) {
            LOG.warn("tokens for any user are issued to whoever calls from this machine; behind a proxy on it give --issue-secret-file");
        }
    }

    /**
     * The authenticator that these settings ask for.
     *
     * @param folder keeps the server's own key and what is revoked; null to keep them for this run only
     * @throws StartupException if a key or secret cannot be used, saying why
     */
    public static Authenticator of(AuthSettings settings, Path folder) {
        return new Authenticator(settings, folder);
    }

    /** The bearer of this access token, if that is known without asking anybody; else null. Does not block. */
    public Principal cached(String token) {
        return access.cached(token);
    }

    /**
     * Finds out who bears this access token. May block while keys are fetched.
     *
     * @throws RejectedException    if it is not good
     * @throws UnavailableException if nobody can know
     */
    public Principal verify(String token) {
        return access.verify(token);
    }

    /**
     * The principal that this ticket makes of its bearer. Does not block.
     *
     * @throws RejectedException if it is not good
     */
    public Principal verifyTicket(String ticket) {
        return tickets.verify(ticket);
    }

    /** A ticket for a path, in the name of who gives it. */
    public String ticket(Principal giver, String path, long lifeS) {
        return tickets.issue(giver, path, lifeS);
    }

    /** Issues tokens, if that is wanted. */
    public Optional<Issuer> issuer() {
        return Optional.ofNullable(issuer);
    }

    /** Whether there is a secret of those who may have tokens issued and revoked. */
    public boolean hasIssueSecret() {
        return issueSecret != null;
    }

    /** Whether this is the secret of those who may have tokens issued and revoked. */
    public boolean isIssueSecret(String text) {
        return issueSecret != null && MessageDigest.isEqual(issueSecret, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether what this one has proven was revoked since. Does not block. */
    public boolean isRevoked(Principal principal) {
        return ledger.isRevoked(principal);
    }

    /**
     * Revokes a token and the tickets that were given for it, a ticket, or with a refresh token all that goes back to the same sign-in. May block.
     *
     * @throws RejectedException if it is none of this server's, or has expired
     */
    public void revoke(String token) {
        Principal principal;
        try {
            principal = access.verify(token);
        } catch (RejectedException e) {
            principal = ticketOrRefresh(token);
        }
        if (principal != null) {
            ledger.revokeToken(principal, Math.max(principal.expiresAtMs(), System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(TICKET_S_MAX)));
        }
    }

    /** Null for a refresh token, which is revoked then. */
    private Principal ticketOrRefresh(String token) {
        try {
            return tickets.verify(token);
        } catch (RejectedException e) {
            if (issuer == null) {
                throw e;
            }
            issuer.revokeRefresh(token);
            return null;
        }
    }

    /** Revokes all tokens that this user has got so far. May block. */
    public void revokeUser(String user) {
        ledger.revokeUser(user);
    }

    /** Learns what other streamers on the same folder have revoked. Any thread but an I/O thread; now and then. */
    public void refresh() {
        ledger.refresh();
    }

    @Override
    public void close() {
        keys.close();
    }
}
