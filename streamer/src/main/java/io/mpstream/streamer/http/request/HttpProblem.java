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
    private final boolean isOfUnseen;

    /** A status, and what was wrong, for the client to read. */
    public HttpProblem(int status, String detail) {
        this(status, detail, null);
    }

    /** The same, with what the client is asked to prove itself with ({@code WWW-Authenticate}; RFC 9110, section 11.6.1). */
    public HttpProblem(int status, String detail, String challenge) {
        this(status, detail, challenge, false);
    }

    private HttpProblem(int status, String detail, String challenge, boolean isOfUnseen) {
        super(detail, null, false, false);
        this.status = status;
        this.challenge = challenge;
        this.isOfUnseen = isOfUnseen;
    }

    /** The request names a stream or text that is not known here: what another streamer has may still be on its way. */
    public static HttpProblem unseen(int status, String detail) {
        return new HttpProblem(status, detail, null, true);
    }

    /** Whether it may be none once the journals have been read. */
    public boolean isOfUnseen() {
        return isOfUnseen;
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
