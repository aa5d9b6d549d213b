package io.mpstream.streamer.hub;

/** An idempotency key was used before, for another query. */
public final class KeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyReusedException() {
        super("this Idempotency-Key was used for another query", null, false, false);
    }
}
