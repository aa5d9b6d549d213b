package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code application/x-ndjson}: one JSON object a line. On a WebSocket each line is a message and begins with the client's
 * reference.
 */
public final class JsonLines implements Encoder {
    /** The media type. */
    public static final String MEDIA_TYPE = "application/x-ndjson";

    private static final byte[] OFFSET = Ascii.bytes("\",\"offset\":");
    private static final byte[] CLOSE = Ascii.bytes("}\n");
    /** Of a line, besides its text. */
    private static final int FRAME_BYTES = OFFSET.length + Ascii.NUMBER_BYTES_MAX + CLOSE.length;

    private final String reference;
    private final byte[] textHead;

    /** Lines for an HTTP response. */
    public JsonLines() {
        this(null);
    }

    /**
     * Lines that each name the reference that a client gave to the stream.
     *
     * @param reference null for none
     */
    public JsonLines(String reference) {
        this.reference = reference;
        String head = new String(Json.bytes(object()), StandardCharsets.UTF_8);
        String fields = head.substring(0, head.length() - 1) + (reference == null ? "" : ",");
        this.textHead = (fields + "\"text\":\"").getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode object() {
        ObjectNode object = Json.object();
        return reference == null ? object : object.put("ref", reference);
    }

    private static void line(ObjectNode object, ByteBuffer out) {
        out.put(Json.bytes(object)).put((byte) '\n');
    }

    @Override
    public ClientFormat format() {
        return reference == null ? ClientFormat.NDJSON : ClientFormat.WEBSOCKET;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        // Without a reference the response's head has said it.
        if (reference != null) {
            ObjectNode object = object().put("stream", status.stream().toString()).put("state", status.state());
            if (status.place() > 0) {
                object.put("place", status.place());
            }
            line(object.put("offset", offset), out);
        }
    }

    @Override
    public void queued(StreamStatus status, ByteBuffer out) {
        ObjectNode object = object();
        object.set("queued", JsonEvents.queued(status));
        line(object, out);
    }

    @Override
    public void started(StreamStatus status, ByteBuffer out) {
        line(object().put("started", true), out);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int stop = JsonText.fit(piece, out.remaining() - textHead.length - FRAME_BYTES);
        out.put(textHead);
        JsonText.put(piece.utf8(), piece.from(), stop, out);
        out.put(OFFSET);
        Ascii.put(piece.offset() + stop - piece.from(), out);
        out.put(CLOSE);
        return stop - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        ObjectNode object = object();
        object.set("end", JsonEvents.end(end));
        line(object, out);
    }

    @Override
    public boolean tellsFailure() {
        return true;
    }

    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        ObjectNode object = object();
        object.setAll(JsonEvents.heartbeat(status));
        line(object, out);
    }

    @Override
    public void challenge(StreamId stream, long expiresInMs, ByteBuffer out) {
        ObjectNode object = object();
        object.set("challenge", JsonEvents.challenge(stream, expiresInMs));
        line(object, out);
    }

    @Override
    public void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
        ObjectNode object = object();
        if (why == Interruption.EXPIRED) {
            object.put("expired", true);
        } else {
            object.set("interrupted", JsonEvents.interrupted(why, offset, retryMs));
        }
        line(object, out);
    }

    @Override
    public boolean tellsInterruption() {
        return true;
    }

    @Override
    public void restarted(StreamStatus next, ByteBuffer out) {
        ObjectNode object = object();
        object.set("restarted", JsonEvents.restarted(next));
        line(object, out);
    }
}
