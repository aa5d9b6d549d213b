package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import io.mpstream.protocol.StreamId;
import java.nio.ByteBuffer;

/**
 * A stream as the bytes of one client format. A pure function of what it is given, without state: one instance serves many
 * sessions, on any thread, but for formats that say otherwise, whose instances serve one. What a format has no words for it leaves out.
 */
public interface Encoder {
    /** Bytes that anything but text fits in. */
    int EVENT_BYTES_MAX = 16 * 1024;

    /** The family of the format. */
    ClientFormat format();

    /**
     * Begins a response.
     *
     * @param offset of the first text that it will carry
     */
    default void open(StreamStatus status, long offset, ByteBuffer out) {
    }

    /** The query waits, at this place. */
    default void queued(StreamStatus status, ByteBuffer out) {
    }

    /** The answer has begun. */
    default void started(StreamStatus status, ByteBuffer out) {
    }

    /**
     * Encodes whole characters, as many as fit.
     *
     * @param out takes the bytes; may be direct; has at least {@link #EVENT_BYTES_MAX} bytes left
     * @return bytes of the piece that were taken; less than all when {@code out} is as good as full, or when what is left can only be
     *         encoded together with the text that follows
     */
    int text(Piece piece, ByteBuffer out);

    /**
     * Encodes how the stream ended; called for one that failed only if the format {@linkplain #tellsFailure can tell}.
     *
     * @param out has at least {@link #EVENT_BYTES_MAX} bytes left
     */
    void end(End end, ByteBuffer out);

    /**
     * Whether the whole text is wanted once more before the {@link #end}, from its first byte on; asked when all of it was encoded, until
     * it is not. A format that repeats its text in its end so needs no memory for it. It may be asked for a heartbeat in between.
     *
     * @param out takes what comes before the text; has at least {@link #EVENT_BYTES_MAX} bytes left
     */
    default boolean wantsTextAgain(End end, ByteBuffer out) {
        return false;
    }

    /** The response ends here, though the stream does not: what its framing needs, and no more. */
    default void stop(ByteBuffer out) {
    }

    /** Whether a failure is told in the format itself. If not, it is told by breaking the transfer. */
    default boolean tellsFailure() {
        return false;
    }

    /** Bytes that carry no text, and say what is going on. */
    default void heartbeat(StreamStatus status, ByteBuffer out) {
    }

    /**
     * Asks the client to renew what it follows under, which ends soon.
     *
     * @param stream      which it follows
     * @param expiresInMs until then
     */
    default void challenge(StreamId stream, long expiresInMs, ByteBuffer out) {
    }

    /**
     * The response ends here, and may be gone on with; called only if the format {@linkplain #tellsInterruption can tell}.
     *
     * @param offset  of the text that comes next
     * @param retryMs after which the client should come back
     */
    default void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
    }

    /** Whether {@link #interrupted} is told in the format itself. If not, it is told by breaking the transfer. */
    default boolean tellsInterruption() {
        return false;
    }

    /** The stream that was followed has ended and the feed goes on with this one. */
    default void restarted(StreamStatus next, ByteBuffer out) {
    }
}
