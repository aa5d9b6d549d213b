package io.mpstream.streamer.http;

/** A request that gets an error instead of a stream. Thrown while a request is looked at, before anything was sent. */
final class BadRequest extends RuntimeException {
    /** Asks for a token (RFC 6750, section 3). */
    static final String CHALLENGE = "Bearer realm=\"mpstream\"";
    /** Says that the token is not good, and not why. */
    static final String INVALID_TOKEN = CHALLENGE + ", error=\"invalid_token\"";
    /** Says that there is more than one proof. */
    static final String INVALID_REQUEST = CHALLENGE + ", error=\"invalid_request\"";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String challenge;

    /** A status, and what was wrong, for the client to read. */
    BadRequest(int status, String detail) {
        this(status, detail, null);
    }

    /** The same, with what the client is asked to prove itself with ({@code WWW-Authenticate}; RFC 9110, section 11.6.1). */
    BadRequest(int status, String detail, String challenge) {
        super(detail, null, false, false);
        this.status = status;
        this.challenge = challenge;
    }

    int status() {
        return status;
    }

    /** Null for none. */
    String challenge() {
        return challenge;
    }
}
