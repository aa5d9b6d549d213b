package io.mpstream.streamer.http.guard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The beginning of a request on a connection that speaks HTTP/1: empty lines before it are passed over (RFC 9112, section 2.2), which some
 * clients send after a body; and one that turns the connection into HTTP/2 may not come after others, because what comes then would be
 * bounded by nobody. Confined to the connection's I/O thread.
 */
final class RequestStart {
    /** Empty lines before one request; what comes beyond is no request. */
    static final int EMPTY_LINES_MAX = 8;

    private static final byte[] GREETING = "PRI ".getBytes(StandardCharsets.US_ASCII);
    private static final int SMALL = 0x20;

    private boolean isFirst = true;
    private boolean isOpen = true;
    /** Half of an empty line has come. */
    private boolean isAfterCr;
    private int lines;
    /** Bytes of the request that are also those of the greeting. */
    private int matched;
    private boolean isExact = true;

    /** The request has been served: what comes now is another. */
    void next() {
        isFirst = false;
        isOpen = true;
        isAfterCr = false;
        lines = 0;
        matched = 0;
        isExact = true;
    }

    /** Whether what comes next may stand before a request, or be its first bytes. */
    boolean isOpen() {
        return isOpen;
    }

    /** Whether a carriage return was held back, and stands before what comes next; it is held back no more. */
    boolean releaseCr() {
        boolean wasAfterCr = isAfterCr;
        isAfterCr = false;
        return wasAfterCr;
    }

    /** The carriage return is held back again: nothing came behind it. */
    void holdCr() {
        isAfterCr = true;
    }

    /** Passes over the empty lines that these bytes begin with: moves their position. */
    void passEmptyLines(ByteBuffer bytes) {
        while (matched == 0 && lines < EMPTY_LINES_MAX && bytes.hasRemaining() && bytes.get(bytes.position()) == '\r') {
            if (bytes.remaining() == 1) {
                isAfterCr = true;
                bytes.get();
            } else if (bytes.get(bytes.position() + 1) == '\n') {
                bytes.position(bytes.position() + 2);
                lines++;
            } else {
                return;
            }
        }
    }

    /** Takes the first bytes of a request; false if they may not come here. */
    boolean take(ByteBuffer bytes) {
        while (isOpen && bytes.hasRemaining()) {
            byte b = bytes.get();
            boolean isSame = b == GREETING[matched];
            isExact &= isSame;
            isOpen = (isSame || b == (GREETING[matched] | SMALL)) && ++matched < GREETING.length;
        }
        return matched < GREETING.length || isFirst && isExact;
    }
}
