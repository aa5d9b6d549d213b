package io.mpstream.streamer.http;

/** A request that gets an error instead of a stream. Thrown while a request is looked at, before anything was sent. */
final class BadRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** A status, and what was wrong, for the client to read. */
    BadRequest(int status, String detail) {
        super(detail, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
