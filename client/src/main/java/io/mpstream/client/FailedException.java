package io.mpstream.client;

/** The answer failed: what has been read of it is not whole, and no more will come. */
public final class FailedException extends MpstreamException {
    private static final long serialVersionUID = 1L;
    private final String detail;

    FailedException(String detail) {
        super("the answer failed: " + detail);
        this.detail = detail;
    }

    /** Why, as the server tells it. */
    public String detail() {
        return detail;
    }
}
