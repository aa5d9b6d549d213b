package io.mpstream.streamer.auth;

/** A token, ticket or refresh token is not good. Its message is for debugging, not for clients: they are not told what was wrong. */
public final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RejectedException(String message) {
        super(message, null, false, false);
    }

    RejectedException(Exception cause) {
        super(cause.getMessage(), cause, false, false);
    }
}
