package io.mpstream.streamer.hub;

/** Nobody is served now: the line is full, the disk is, or the server is being stopped. Its message is for the client. */
public final class TurnedAwayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int retryAfterS;

    TurnedAwayException(String message, int retryAfterS) {
        super(message, null, false, false);
        this.retryAfterS = retryAfterS;
    }

    /** Seconds after which it is worth another try. */
    public int retryAfterS() {
        return retryAfterS;
    }
}
