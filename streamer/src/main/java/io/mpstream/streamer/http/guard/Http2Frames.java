package io.mpstream.streamer.http.guard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes that a client sends on a connection, as far as it must be known to bound it: whether it speaks HTTP/2, and its frames (RFC 9113,
 * section 4.1), of which only the heads are looked at. Confined to the connection's I/O thread.
 */
final class Http2Frames {
    /** CONTINUATION frames that one request's head may have. */
    static final int PIECES_MAX = 64;
    /** Frames without any use for a request, such as PING and SETTINGS, that may come within the time. */
    static final int IDLE_FRAMES_MAX = 1_000;
    static final long WINDOW_MS = 10_000;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** The method, which no other request has. */
    private static final int GREETING_BYTES = 4;
    private static final int HEAD_BYTES = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final int headBytesMax;
    private final ByteBuffer frameHead = ByteBuffer.allocate(HEAD_BYTES);
    private int prefaceBytes;
    private boolean isOther;
    /** Bytes of the frame that are still to come. */
    private int left;
    private boolean isHeadOpen;
    private int headBytes;
    private int pieces;
    private boolean hasAsked;
    /** The time at which the head or the frame began that is not whole yet. */
    private long unfinishedSinceMs;
    private int idleFrames;
    private long windowStartMs;

    /**
     * A connection on which nothing has come.
     *
     * @param headBytesMax of a request's head, in all its frames
     */
    Http2Frames(int headBytesMax) {
        this.headBytesMax = headBytesMax;
    }

    /** Takes what has come; false if it is more than a client may send. Nothing is kept of the bytes. */
    boolean take(ByteBuffer bytes, long nowMs) {
        while (bytes.hasRemaining() && !isOther) {
            if (prefaceBytes < PREFACE.length) {
                isOther = bytes.get() != PREFACE[prefaceBytes++];
                if (isOther && prefaceBytes > GREETING_BYTES) {
                    // Undertow would take it for HTTP/2 all the same.
                    return false;
                }
            } else if (left > 0) {
                int passed = Math.min(left, bytes.remaining());
                bytes.position(bytes.position() + passed);
                left -= passed;
            } else {
                if (frameHead.position() == 0 && !isHeadOpen) {
                    unfinishedSinceMs = nowMs;
                }
                frameHead.put(bytes.get());
                if (!frameHead.hasRemaining() && !begin(nowMs)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A frame begins. */
    private boolean begin(long nowMs) {
        left = frameHead.getInt(0) >>> 8;
        int type = frameHead.get(3);
        int flags = frameHead.get(4);
        frameHead.clear();
        return switch (type) {
            case HEADERS -> {
                pieces = 0;
                headBytes = 0;
                yield piece(flags);
            }
            case CONTINUATION -> ++pieces <= PIECES_MAX && piece(flags);
            // Resets are counted where it is known what they reset; windows are opened as often as there is data.
            case RST_STREAM, WINDOW_UPDATE -> true;
            case DATA -> left > 0 || (flags & END_STREAM) != 0 || isSeldom(nowMs);
            default -> isSeldom(nowMs);
        };
    }

    private boolean piece(int flags) {
        headBytes += left;
        isHeadOpen = (flags & END_HEADERS) == 0;
        hasAsked |= !isHeadOpen;
        return headBytes <= headBytesMax;
    }

    private boolean isSeldom(long nowMs) {
        if (nowMs - windowStartMs > WINDOW_MS) {
            windowStartMs = nowMs;
            idleFrames = 0;
        }
        return ++idleFrames <= IDLE_FRAMES_MAX;
    }

    /** Whether this is not HTTP/2, and so none of its business. */
    boolean isOther() {
        return isOther;
    }

    /** Whether anything has come. */
    boolean hasBegun() {
        return prefaceBytes > 0;
    }

    /** Whether a request's head has come, whole but for its last frame. */
    boolean hasAsked() {
        return hasAsked;
    }

    /** For how long a request's head, or a frame that is no part of a body, has been on its way without coming to its end; 0 if none is. */
    long unfinishedMs(long nowMs) {
        boolean isUnfinished = isHeadOpen || frameHead.position() > 0 || left > 0 && !isBody();
        return isUnfinished ? nowMs - unfinishedSinceMs : 0;
    }

    private boolean isBody() {
        // The type stays where it was when the frame began.
        return frameHead.get(3) == DATA;
    }
}
