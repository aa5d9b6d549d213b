package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.ByteBuffer;

/** The text as it is, then a line feed. */
public final class PlainText implements Encoder {
    /** The media type. */
    public static final String MEDIA_TYPE = "text/plain; charset=utf-8";

    /** A stateless encoder. */
    public PlainText() {
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.TEXT;
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int end = Utf8.cut(piece.utf8(), piece.from(), Math.min(piece.to(), piece.from() + out.remaining()), piece.to());
        out.put(piece.utf8(), piece.from(), end - piece.from());
        return end - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        out.put((byte) '\n');
    }
}
