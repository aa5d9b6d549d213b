package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.ByteBuffer;

/** The text as it is, then a line feed: for HTTP/1.0, whose bodies are not framed. */
public final class PlainText implements Encoder {
    /** A stateless encoder. */
    public PlainText() {
    }

    @Override
    public int text(byte[] utf8, int from, int to, ByteBuffer out) {
        int end = Math.min(to, from + out.remaining());
        if (end < to) {
            while (end > from && Utf8.isContinuation(utf8[end])) {
                end--;
            }
        }
        out.put(utf8, from, end - from);
        return end;
    }

    @Override
    public void end(End end, ByteBuffer out) {
        out.put((byte) '\n');
    }
}
