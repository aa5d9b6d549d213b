package io.mpstream.streamer.auth;

/** Thrown where nothing can be done now: keys cannot be fetched, so that nobody knows whether a token is good, or nothing can be stored. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message, Exception cause) {
        super(message, cause);
    }
}
