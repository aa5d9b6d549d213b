package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.JsonText;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The data stream of the AI SDK's user interfaces ({@code x-vercel-ai-ui-message-stream: v1}). */
public final class UiEvents implements Encoder {
    /** The only version of the format. */
    public static final String VERSION = "v1";
    /** The header field that names the version. */
    public static final String VERSION_FIELD = "x-vercel-ai-ui-message-stream";

    private static final byte[] DELTA = Ascii.bytes("data: {\"type\":\"text-delta\",\"id\":\"text\",\"delta\":\"");
    private static final byte[] DELTA_CLOSE = Ascii.bytes("\"}\n\n");
    private static final byte[] DONE = Ascii.bytes("data: [DONE]\n\n");
    /** What the format knows; anything else fails the whole stream. */
    private static final Set<String> FINISH_REASONS = Set.of("stop", "length", "content-filter", "tool-calls", "error", "other");

    /** A stateless encoder. */
    public UiEvents() {
    }

    private static ObjectNode part(String type) {
        return Json.object().put("type", type);
    }

    private static void put(ObjectNode part, ByteBuffer out) {
        out.put(Ascii.bytes("data: ")).put(Json.bytes(part)).put(Ascii.bytes("\n\n"));
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.UI;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        put(part("start").put("messageId", "msg_" + status.stream()), out);
    }

    @Override
    public void queued(StreamStatus status, ByteBuffer out) {
        ObjectNode part = part("data-queue");
        part.putObject("data").put("place", status.place());
        put(part.put("transient", true), out);
    }

    @Override
    public void started(StreamStatus status, ByteBuffer out) {
        put(part("text-start").put("id", "text"), out);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int stop = JsonText.fit(piece, out.remaining() - DELTA.length - DELTA_CLOSE.length);
        out.put(DELTA);
        JsonText.put(piece.utf8(), piece.from(), stop, out);
        out.put(DELTA_CLOSE);
        return stop - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        switch (end.outcome()) {
            case COMPLETED -> {
                String reason = Usage.finishReason(end.notes()).replace('_', '-');
                put(part("text-end").put("id", "text"), out);
                put(part("finish").put("finishReason", FINISH_REASONS.contains(reason) ? reason : "other"), out);
            }
            case FAILED -> put(part("error").put("errorText", end.detail()), out);
            case CANCELLED -> put(part("abort").put("reason", end.detail()), out);
        }
        out.put(DONE);
    }

    @Override
    public boolean tellsFailure() {
        return true;
    }

    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        out.put(Ascii.bytes(": " + status.state() + "\n\n"));
    }

    @Override
    public void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
        put(part("error").put("errorText", "interrupted: " + why.reason()), out);
        out.put(DONE);
    }

    @Override
    public boolean tellsInterruption() {
        return true;
    }
}
