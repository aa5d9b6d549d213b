package io.mpstream.client;

/** The server was away, or turned everybody away, for longer than this client comes back. */
public final class UnreachableException extends MpstreamException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
