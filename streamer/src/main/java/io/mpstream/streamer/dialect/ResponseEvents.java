package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.JsonText;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.encoding.Utf8;
import java.nio.ByteBuffer;

/**
 * The events of OpenAI's responses. The sequence number of text is 4 and the offset after it, so that whoever comes back goes on at the byte,
 * at any streamer and at any time; those of the five events before it are 0 to 4, and those of the four behind it follow. The whole text goes
 * out again in the last ones, from where it lies. An instance serves one response.
 */
public final class ResponseEvents implements Encoder {
    /** The sequence number before the first byte of text. */
    public static final int BEFORE_TEXT = 4;

    private static final int CREATED = 0;
    private static final int QUEUED = 1;
    private static final int IN_PROGRESS = 2;
    private static final int MESSAGE_ADDED = 3;
    /** Of the events behind the text, counted from the last byte of it. */
    private static final int TEXT_DONE = 1;
    private static final int PART_DONE = 2;
    private static final int MESSAGE_DONE = 3;
    private static final int FINAL = 4;

    private static final byte[] CLOSE = Ascii.bytes("}\n\n");
    private static final byte[] DELTA = Ascii.bytes("event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":");
    private static final byte[] ITEM = Ascii.bytes(",\"item_id\":\"msg_");
    private static final byte[] PLACE = Ascii.bytes("\",\"output_index\":0,\"content_index\":0");
    private static final byte[] TEXT = Ascii.bytes(",\"delta\":\"");
    private static final byte[] DELTA_CLOSE = Ascii.bytes("\",\"logprobs\":[]}\n\n");
    private static final int FRAME_BYTES = DELTA.length + Ascii.NUMBER_BYTES_MAX + ITEM.length + StreamId.TEXT_LENGTH + PLACE.length + TEXT.length
            + DELTA_CLOSE.length;

    private final ResponseObject object;
    private final long after;
    private final boolean isByCharacter;
    private boolean hasQueued;
    private long last;
    /** The event behind the text that is being written; 0 before there is one. */
    private int tail;

    /**
     * Events that have not begun.
     *
     * @param said          what the object repeats of the request, see {@link ResponsesRequest#said}
     * @param after         sequence number of the last event that the client has; -1 for none
     * @param isByCharacter whether each code point is an event: a client that drops what it has by number then drops neither too much nor too little
     */
    public ResponseEvents(String said, long after, boolean isByCharacter) {
        this.object = new ResponseObject(said);
        this.after = after;
        this.isByCharacter = isByCharacter;
        this.last = Math.max(0, after);
    }

    /** Writes the beginning of an event. */
    private void event(String name, long sequence, ByteBuffer out) {
        last = sequence;
        out.put(Ascii.bytes("event: " + name + "\ndata: {\"type\":\"" + name + "\",\"sequence_number\":" + sequence));
    }

    private void lifecycle(int sequence, String name, String status, StreamId stream, ByteBuffer out) {
        if (sequence > after) {
            event(name, sequence, out);
            out.put(Ascii.bytes(",\"response\":"));
            object.open(stream, status, out);
            out.put(CLOSE);
        }
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.OPENAI;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        lifecycle(CREATED, "response.created", ResponseObject.QUEUED, status.stream(), out);
    }

    @Override
    public void queued(StreamStatus status, ByteBuffer out) {
        if (!hasQueued) {
            hasQueued = true;
            lifecycle(QUEUED, "response.queued", ResponseObject.QUEUED, status.stream(), out);
        }
    }

    @Override
    public void started(StreamStatus status, ByteBuffer out) {
        lifecycle(IN_PROGRESS, "response.in_progress", ResponseObject.IN_PROGRESS, status.stream(), out);
        if (MESSAGE_ADDED > after) {
            event("response.output_item.added", MESSAGE_ADDED, out);
            out.put(Ascii.bytes(",\"output_index\":0,\"item\":{\"id\":\"msg_" + status.stream()
                    + "\",\"type\":\"message\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}}\n\n"));
        }
        if (BEFORE_TEXT > after) {
            event("response.content_part.added", BEFORE_TEXT, out);
            place(status.stream(), out);
            out.put(Ascii.bytes(",\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[],\"logprobs\":[]}}\n\n"));
        }
    }

    private static void place(StreamId stream, ByteBuffer out) {
        out.put(ITEM);
        Ascii.put(stream, out);
        out.put(PLACE);
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        if (tail > 0) {
            int stop = JsonText.fit(piece, out.remaining());
            JsonText.put(piece.utf8(), piece.from(), stop, out);
            return stop - piece.from();
        }
        int at = piece.from();
        do {
            int stop = isByCharacter ? at + Utf8.length(piece.utf8()[at]) : JsonText.fit(piece, out.remaining() - FRAME_BYTES);
            delta(piece, at, stop, out);
            at = stop;
        } while (isByCharacter && at < piece.to() && out.remaining() >= 2 * FRAME_BYTES);
        return at - piece.from();
    }

    private void delta(Piece piece, int from, int to, ByteBuffer out) {
        last = BEFORE_TEXT + piece.offset() + to - piece.from();
        out.put(DELTA);
        Ascii.put(last, out);
        place(piece.stream(), out);
        out.put(TEXT);
        JsonText.put(piece.utf8(), from, to, out);
        out.put(DELTA_CLOSE);
    }

    @Override
    public boolean wantsTextAgain(End end, ByteBuffer out) {
        if (tail == FINAL) {
            return false;
        }
        close(end, out);
        long textEnd = BEFORE_TEXT + end.offset();
        tail = end.outcome() == Outcome.COMPLETED ? tail + 1 : FINAL;
        while (tail < FINAL && textEnd + tail <= after) {
            tail++;
        }
        if (textEnd + tail <= after) {
            // The client has all there is.
            tail = 0;
            return false;
        }
        begin(end, textEnd + tail, out);
        return true;
    }

    /** Writes all of an event that is before its text. */
    private void begin(End end, long sequence, ByteBuffer out) {
        switch (tail) {
            case TEXT_DONE -> {
                event("response.output_text.done", sequence, out);
                place(end.stream(), out);
                out.put(Ascii.bytes(",\"logprobs\":[],\"text\":\""));
            }
            case PART_DONE -> {
                event("response.content_part.done", sequence, out);
                place(end.stream(), out);
                out.put(Ascii.bytes(",\"part\":{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\""));
            }
            case MESSAGE_DONE -> {
                event("response.output_item.done", sequence, out);
                out.put(Ascii.bytes(",\"output_index\":0,\"item\":"));
                ResponseObject.message(end.stream(), out);
            }
            default -> {
                String status = ResponseObject.status(end);
                // There is no event of its own for what was cancelled.
                event("response." + (end.outcome() == Outcome.CANCELLED ? "failed" : status), sequence, out);
                out.put(Ascii.bytes(",\"response\":"));
                object.head(end.stream(), out);
                ResponseObject.message(end.stream(), out);
            }
        }
    }

    /** Writes all of the event that is behind its text. */
    private void close(End end, ByteBuffer out) {
        switch (tail) {
            case TEXT_DONE -> out.put((byte) '"').put(CLOSE);
            case PART_DONE -> out.put(Ascii.bytes("\"}")).put(CLOSE);
            case MESSAGE_DONE -> {
                ResponseObject.messageTail(ResponseObject.COMPLETED, out);
                out.put(CLOSE);
            }
            case FINAL -> {
                ResponseObject.messageTail(ResponseObject.status(end), out);
                ResponseObject.tail(end, out);
                out.put(CLOSE);
            }
            default -> { }
        }
    }

    @Override
    public void end(End end, ByteBuffer out) {
        close(end, out);
    }

    @Override
    public boolean tellsFailure() {
        return true;
    }

    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        if (tail > 0) {
            // In the middle of an event, whose text is being read again.
            return;
        }
        out.put(Ascii.bytes("event: keepalive\ndata: {\"type\":\"keepalive\",\"sequence_number\":" + last + "}\n\n"));
    }
}
