package io.mpstream.streamer.limits;

/**
 * A client is refused: what it wants cannot be had, or not now. Thrown while a request is looked at, and handed to a sink where a session ends
 * before its response has begun. Its message is for the client. Immutable.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What stands in the way. */
    public enum Reason {
        /** The queue is full, the disk is, or the server is being stopped: later it may be had. */
        OVERLOADED,
        /** An account has as much as it may: later it may be had. */
        QUOTA,
        /** The idempotency key was used for another query. */
        KEY_REUSED,
        /** The query could not be put into the journal: later it may be had. */
        NOT_STORED,
        /** What the stream was followed under holds no more. */
        EXPIRED,
        /** The offset is inside a character. */
        INSIDE_CHARACTER,
        /** The text at the offset has left the journal. */
        GONE,
        /** The answer failed, and the client wanted all of it or nothing. */
        FAILED,
        /** The answer was cancelled, and the client wanted all of it or nothing. */
        CANCELLED
    }

    private final Reason reason;
    private final int retryAfterS;
    private final long firstOffset;

    private RefusedException(Reason reason, String detail, int retryAfterS, long firstOffset) {
        super(detail, null, false, false);
        this.reason = reason;
        this.retryAfterS = retryAfterS;
        this.firstOffset = firstOffset;
    }

    /** A refusal for now; {@code retryAfterS} seconds later it is worth another try. */
    public static RefusedException forNow(Reason reason, String detail, int retryAfterS) {
        return new RefusedException(reason, detail, retryAfterS, 0);
    }

    /** A refusal for good. */
    public static RefusedException forGood(Reason reason, String detail) {
        return new RefusedException(reason, detail, 0, 0);
    }

    /** A refusal of text that has left the journal; what is left begins at {@code firstOffset}. */
    public static RefusedException gone(long firstOffset) {
        return new RefusedException(Reason.GONE, "the text at this offset has been evicted", 0, firstOffset);
    }

    /** What stands in the way. */
    public Reason reason() {
        return reason;
    }

    /** Seconds after which it is worth another try; 0 where that does not help. */
    public int retryAfterS() {
        return retryAfterS;
    }

    /** The first offset of the stream that can be read; only where the text is gone. */
    public long firstOffset() {
        return firstOffset;
    }
}
