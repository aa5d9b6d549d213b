package io.mpstream.streamer.auth;

import java.util.Map;

/**
 * A caller's identity, as a token or a ticket proves it.
 *
 * @param user        the subject
 * @param seesAll     whether the streams of others may be seen and stopped
 * @param attributes  the claims that responders get, by attribute name
 * @param ticketPath  of a ticket: the one path that may be read; else null
 * @param issuedAtS   when it was issued, in seconds since 1970
 * @param expiresAtMs until when it holds, in wall-clock milliseconds, leeway included
 * @param fingerprint names the token without being of use to anybody who has only that
 * @param givenBy     of a ticket: the fingerprint of the token that it was given for; else null
 * @param family      of a token that was issued here: what it was refreshed from; else null
 */
public record Principal(String user, boolean seesAll, Map<String, String> attributes, String ticketPath, long issuedAtS, long expiresAtMs,
        String fingerprint, String givenBy, String family) {
    /** Begins the names of the attributes that claims become. */
    public static final String CLAIM_PREFIX = "claim.";

    /** Whether a fresh token may take the place of this one while a stream is read. */
    public boolean isRenewable() {
        return ticketPath == null;
    }
}
