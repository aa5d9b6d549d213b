package io.mpstream.client;

/** What came is not what the server's protocol allows, or not the text that its digest is of: it is not to be used. */
public final class CorruptException extends MpstreamException {
    private static final long serialVersionUID = 1L;

    CorruptException(String message) {
        super(message);
    }

    CorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
