package io.mpstream.client;

/** The server refused the request, and would again: a wrong option, a token that is not good, somebody else's stream. */
public final class RefusedException extends MpstreamException {
    private static final long serialVersionUID = 1L;
    private final int status;

    RefusedException(int status, String detail) {
        super("refused with " + status + ": " + detail);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
