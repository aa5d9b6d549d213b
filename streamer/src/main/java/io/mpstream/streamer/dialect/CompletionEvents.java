package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.JsonText;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;

/**
 * The events of OpenAI's completions. None has an id, and nothing but data ends with a blank line: there are clients that read JSON wherever
 * there is one. Whatever ends without {@code [DONE]} has an error for its last event.
 */
public final class CompletionEvents implements Encoder {
    private static final byte[] ROLE = Ascii.bytes("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}");
    private static final byte[] UNFINISHED = Ascii.bytes(",\"logprobs\":null,\"finish_reason\":null}]");
    private static final byte[] NO_USAGE = Ascii.bytes(",\"usage\":null");
    private static final byte[] CLOSE = Ascii.bytes("}\n\n");
    private static final byte[] DONE = Ascii.bytes("data: [DONE]\n\n");

    private final CompletionKind kind;
    private final boolean includesUsage;
    private final byte[] beforeId;
    private final byte[] beforeSecond;
    private final byte[] beforeChoice;
    private final int frameBytes;

    /**
     * The events of one model's answers.
     *
     * @param includesUsage whether the client wants to know the tokens, in an event of their own
     */
    public CompletionEvents(CompletionKind kind, String model, boolean includesUsage) {
        this.kind = kind;
        this.includesUsage = includesUsage;
        this.beforeId = kind.beforeId("data: ");
        this.beforeSecond = kind.beforeSecond(kind.chunk);
        this.beforeChoice = CompletionKind.beforeChoice(model);
        this.frameBytes = beforeId.length + StreamId.TEXT_LENGTH + beforeSecond.length + Ascii.NUMBER_BYTES_MAX + beforeChoice.length + CompletionKind.INDEX.length
                + kind.textOpen.length + kind.textClose.length + UNFINISHED.length + NO_USAGE.length + CLOSE.length;
    }

    private void head(StreamId stream, ByteBuffer out) {
        CompletionKind.head(beforeId, stream, beforeSecond, beforeChoice, out);
    }

    private void close(ByteBuffer out) {
        if (includesUsage) {
            out.put(NO_USAGE);
        }
        out.put(CLOSE);
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.OPENAI;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        if (kind == CompletionKind.CHAT) {
            head(status.stream(), out);
            out.put(CompletionKind.INDEX).put(ROLE).put(UNFINISHED);
            close(out);
        }
    }

    @Override
    public void queued(StreamStatus status, ByteBuffer out) {
        heartbeat(status, out);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int stop = JsonText.fit(piece, out.remaining() - frameBytes);
        head(piece.stream(), out);
        out.put(CompletionKind.INDEX).put(kind.textOpen);
        JsonText.put(piece.utf8(), piece.from(), stop, out);
        out.put(kind.textClose).put(UNFINISHED);
        close(out);
        return stop - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        if (end.outcome() != Outcome.COMPLETED) {
            error(OpenAiError.of(end), out);
            return;
        }
        head(end.stream(), out);
        out.put(CompletionKind.INDEX).put(kind.noText).put(CompletionKind.FINISHED).put(Json.bytes(Usage.finishReason(end.notes()))).put(Ascii.bytes("}]"));
        close(out);
        Usage usage = Usage.of(end.notes());
        if (includesUsage && usage.isKnown()) {
            head(end.stream(), out);
            out.put(Ascii.bytes("],\"usage\":" + usage.completions())).put(CLOSE);
        }
        out.put(DONE);
    }

    private static void error(OpenAiError error, ByteBuffer out) {
        // A comment may stand before it.
        out.put(Ascii.bytes("\nevent: error\ndata: ")).put(error.json()).put(Ascii.bytes("\n\n"));
    }

    @Override
    public boolean tellsFailure() {
        return true;
    }

    /** A comment, without a blank line: that would be an event to some. */
    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        out.put(Ascii.bytes(": " + status.state() + (status.place() > 1 ? ", " + (status.place() - 1) + " in front" : "") + "\n"));
    }

    @Override
    public void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
        error(OpenAiError.interrupted(why.reason()), out);
    }

    @Override
    public boolean tellsInterruption() {
        return true;
    }
}
