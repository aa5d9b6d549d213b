package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;
import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code text/event-stream} (HTML, section 9.2). Each event's id is the stream and the offset after it, so that the browser's
 * own reconnection is a resume. A line cannot hold a carriage return: CR and CRLF arrive as LF, unless the text is sent as
 * JSON.
 */
public final class ServerSentEvents implements Encoder {
    /** The media type. */
    public static final String MEDIA_TYPE = "text/event-stream";

    private static final byte[] OPEN = Ascii.bytes("retry: 1000\n: mpstream\n");
    /** With a name of its own, and not of an event that browsers raise themselves: many clients take what has none for a message. */
    private static final byte[] BEGIN = Ascii.bytes("event: begin\ndata: {}\n\n");
    private static final byte[] ID = Ascii.bytes("id: ");
    private static final byte[] DATA = Ascii.bytes("data: ");
    private static final byte[] JSON_OPEN = Ascii.bytes("data: {\"text\":\"");
    private static final byte[] JSON_CLOSE = Ascii.bytes("\"}");
    private static final byte[] CLOSE = Ascii.bytes("\n\n");
    private static final int ID_BYTES_MAX = ID.length + StreamId.TEXT_LENGTH + 1 + Ascii.NUMBER_BYTES_MAX + 1;
    /** Of an event, besides its text. */
    private static final int FRAME_BYTES = ID_BYTES_MAX + JSON_OPEN.length + JSON_CLOSE.length + CLOSE.length;

    private final boolean isJson;

    /** An encoder whose text is JSON, which is exact, or lines. */
    public ServerSentEvents(boolean isJson) {
        this.isJson = isJson;
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.SSE;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        out.put(OPEN);
        // A client that is cut before the first text knows which stream to come back to.
        id(status.stream(), offset, out);
        out.put(BEGIN);
    }

    private static void id(StreamId stream, long offset, ByteBuffer out) {
        out.put(ID);
        Ascii.put(stream, out);
        out.put((byte) ':');
        Ascii.put(offset, out);
        out.put((byte) '\n');
    }

    private static void event(String name, ObjectNode data, ByteBuffer out) {
        out.put(Ascii.bytes("event: " + name + "\n")).put(DATA).put(Json.bytes(data)).put(CLOSE);
    }

    @Override
    public void queued(StreamStatus status, ByteBuffer out) {
        event("queued", JsonEvents.queued(status), out);
    }

    @Override
    public void started(StreamStatus status, ByteBuffer out) {
        event("started", Json.object(), out);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int room = out.remaining() - FRAME_BYTES;
        int stop = isJson ? JsonText.fit(piece, room) : DataLines.fit(piece, room);
        int from = piece.from();
        if (!isJson && piece.isAfterCr() && piece.utf8()[from] == '\n') {
            // The other half of a line end that has been sent.
            from++;
        }
        if (from == stop) {
            return stop - piece.from();
        }
        id(piece.stream(), piece.offset() + stop - piece.from(), out);
        if (isJson) {
            out.put(JSON_OPEN);
            JsonText.put(piece.utf8(), from, stop, out);
            out.put(JSON_CLOSE);
        } else {
            DataLines.put(piece.utf8(), from, stop, true, out);
        }
        out.put(CLOSE);
        return stop - piece.from();
    }

    @Override
    public void end(End end, ByteBuffer out) {
        out.put(ID);
        Ascii.put(end.stream(), out);
        out.put((byte) ':');
        Ascii.put(end.offset(), out);
        out.put(Ascii.bytes(":end\n"));
        if (end.outcome() == Outcome.FAILED) {
            event("failed", JsonEvents.failure(end), out);
        } else {
            event("end", JsonEvents.end(end), out);
        }
    }

    @Override
    public boolean tellsFailure() {
        return true;
    }

    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        String phase = status.hasText() ? "silent " + status.silentMs() / 1_000 + "s" : status.state();
        out.put(Ascii.bytes(": " + phase + "\n\n"));
    }

    @Override
    public void challenge(StreamId stream, long expiresInMs, ByteBuffer out) {
        event("challenge", JsonEvents.challenge(stream, expiresInMs), out);
    }

    @Override
    public void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
        if (why == Interruption.EXPIRED) {
            event("expired", Json.object(), out);
        } else {
            out.put(Ascii.bytes("retry: " + retryMs + "\n"));
            event("interrupted", JsonEvents.interrupted(why, offset, retryMs), out);
        }
    }

    /**
     * A response that is nothing but an interruption.
     *
     * @param lastId  of the event that the client had last, or null: said again, since a client may forget it with a new response
     * @param offset  where it goes on then
     * @param retryMs after which the client should come back
     */
    public static byte[] interrupted(Interruption why, String lastId, long offset, long retryMs) {
        String head = "retry: " + retryMs + "\n" + (lastId == null ? "" : "id: " + lastId + "\n");
        ByteBuffer out = ByteBuffer.allocate(EVENT_BYTES_MAX).put(Ascii.bytes(head));
        event("interrupted", JsonEvents.interrupted(why, offset, retryMs), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public boolean tellsInterruption() {
        return true;
    }

    @Override
    public void restarted(StreamStatus next, ByteBuffer out) {
        id(next.stream(), 0, out);
        event("restarted", JsonEvents.restarted(next), out);
    }
}
