package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.JsonText;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.StreamStatus;
import java.nio.ByteBuffer;

/** A stream as OpenAI's response object, with the text so far. An instance serves one response. */
public final class ResponseDocument implements Encoder {
    private final ResponseObject object;
    private final boolean tellsFailure;
    private boolean hasMessage;
    private String status = ResponseObject.QUEUED;

    /**
     * A document that is not begun.
     *
     * @param said         what it repeats of the request, see {@link ResponsesRequest#said}
     * @param tellsFailure whether it is the document of an answer that failed too
     */
    public ResponseDocument(String said, boolean tellsFailure) {
        this.object = new ResponseObject(said);
        this.tellsFailure = tellsFailure;
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.OPENAI;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        this.status = status.state().equals(StreamStatus.QUEUED) ? ResponseObject.QUEUED : ResponseObject.IN_PROGRESS;
        object.head(status.stream(), out);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        if (!hasMessage) {
            hasMessage = true;
            ResponseObject.message(piece.stream(), out);
        }
        int stop = JsonText.fit(piece, out.remaining());
        JsonText.put(piece.utf8(), piece.from(), stop, out);
        return stop - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        if (!hasMessage && end.outcome() == Outcome.COMPLETED) {
            hasMessage = true;
            ResponseObject.message(end.stream(), out);
        }
        if (hasMessage) {
            ResponseObject.messageTail(ResponseObject.status(end), out);
        }
        ResponseObject.tail(end, out);
    }

    @Override
    public void stop(ByteBuffer out) {
        if (hasMessage) {
            ResponseObject.messageTail(status, out);
        }
        ResponseObject.tail(status, out);
    }

    @Override
    public boolean tellsFailure() {
        return tellsFailure;
    }
}
