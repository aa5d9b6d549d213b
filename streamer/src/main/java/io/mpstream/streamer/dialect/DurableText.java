package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.PlainText;
import java.nio.ByteBuffer;

/** The body of a catch-up read or a long poll of Durable Streams (sections 5.6 and 5.7): text and nothing else. Its head says where it ends. */
public final class DurableText implements Encoder {
    private static final PlainText TEXT = new PlainText();

    /** A stateless encoder. */
    public DurableText() {
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.DURABLE;
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        return TEXT.text(piece, out);
    }

    @Override
    public void end(End end, ByteBuffer out) {
        // The head has said it, or that of the next response does.
    }

    @Override
    public boolean tellsFailure() {
        return true;
    }
}
