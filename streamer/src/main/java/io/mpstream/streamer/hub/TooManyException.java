package io.mpstream.streamer.hub;

/** An account has as much as it may. Its message is for the client. */
public final class TooManyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int retryAfterS;

    TooManyException(String message, int retryAfterS) {
        super(message, null, false, false);
        this.retryAfterS = retryAfterS;
    }

    /** Seconds after which it is worth another try. */
    public int retryAfterS() {
        return retryAfterS;
    }
}
