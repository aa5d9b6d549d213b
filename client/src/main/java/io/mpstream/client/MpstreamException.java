package io.mpstream.client;

/** An answer, or a request, that did not come to what was wanted. Its message is a line for people. */
public class MpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MpstreamException(String message) {
        super(message);
    }

    MpstreamException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The thread was interrupted while it waited; it still is. */
    static MpstreamException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new MpstreamException("interrupted while waiting for the server", cause);
    }
}
