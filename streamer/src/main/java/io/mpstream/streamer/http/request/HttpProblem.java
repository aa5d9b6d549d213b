package io.mpstream.streamer.http.request;

/** A request that gets an error instead of a stream. Thrown while a request is looked at, before anything was sent. */
public final class HttpProblem extends RuntimeException {
    /** Asks for a token (RFC 6750, section 3). */
    public static final String CHALLENGE = "Bearer realm=\"mpstream\"";
    /** Says that the token is not good, and not why. */
    public static final String INVALID_TOKEN = CHALLENGE + ", error=\"invalid_token\"";
    /** Says that there is more than one proof. */
    public static final String INVALID_REQUEST = CHALLENGE + ", error=\"invalid_request\"";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String challenge;

    /** A status, and what was wrong, for the client to read. */
    public HttpProblem(int status, String detail) {
        this(status, detail, null);
    }

    /** The same, with what the client is asked to prove itself with ({@code WWW-Authenticate}; RFC 9110, section 11.6.1). */
    public HttpProblem(int status, String detail, String challenge) {
        super(detail, null, false, false);
        this.status = status;
        this.challenge = challenge;
    }

    /** The status code (RFC 9110, section 15). */
    public int status() {
        return status;
    }

    /** Null for none. */
    public String challenge() {
        return challenge;
    }
}
