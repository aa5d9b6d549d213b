package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.ByteBuffer;

/** Text as the bytes of one client format. Without state: one instance serves all sessions, on any thread. */
public interface Encoder {
    /** Bytes that any end of a stream fits in. */
    int END_BYTES_MAX = 512;

    /**
     * Encodes whole characters, as many as fit.
     *
     * @param utf8 holds whole characters between {@code from} and {@code to}
     * @param out  takes the bytes; may be direct
     * @return where in {@code utf8} it stopped; less than {@code to} only when {@code out} is as good as full
     */
    int text(byte[] utf8, int from, int to, ByteBuffer out);

    /**
     * Encodes what follows the last character of a stream that did not fail.
     *
     * @param out has at least {@link #END_BYTES_MAX} bytes left
     */
    void end(End end, ByteBuffer out);
}
