package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.JsonText;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;

/** An answer that completed, as one of OpenAI's completions: a JSON document. */
public final class CompletionDocument implements Encoder {

    private final CompletionKind kind;
    private final byte[] beforeId;
    private final byte[] beforeSecond;
    private final byte[] beforeChoice;

    /** The documents of one model's answers. */
    public CompletionDocument(CompletionKind kind, String model) {
        this.kind = kind;
        this.beforeId = kind.beforeId("");
        this.beforeSecond = kind.beforeSecond(kind.document);
        this.beforeChoice = CompletionKind.beforeChoice(model);
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.OPENAI;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        CompletionKind.head(beforeId, status.stream(), beforeSecond, beforeChoice, out);
        out.put(CompletionKind.INDEX).put(kind.wholeOpen);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int stop = JsonText.fit(piece, out.remaining());
        JsonText.put(piece.utf8(), piece.from(), stop, out);
        return stop - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        out.put(kind.wholeClose).put(CompletionKind.FINISHED).put(Json.bytes(Usage.finishReason(end.notes()))).put(Ascii.bytes("}]"));
        Usage usage = Usage.of(end.notes());
        if (usage.isKnown()) {
            out.put(Ascii.bytes(",\"usage\":" + usage.completions()));
        }
        out.put(Ascii.bytes("}"));
    }
}
