package io.mpstream.responders.openai;

/** Says what an upstream did wrong, or that it cannot be reached. */
final class UpstreamException extends Exception {
    private static final long serialVersionUID = 1L;
    /** When another try makes no sense. */
    static final long NEVER = -1;

    private final long retryAfterMs;

    UpstreamException(String message, Throwable cause, long retryAfterMs) {
        super(message, cause);
        this.retryAfterMs = retryAfterMs;
    }

    UpstreamException(String message) {
        this(message, null, NEVER);
    }

    /** After how long another try makes sense, 0 if the upstream did not say, or {@link #NEVER}. */
    long retryAfterMs() {
        return retryAfterMs;
    }
}
