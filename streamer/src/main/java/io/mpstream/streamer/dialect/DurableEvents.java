package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.encoding.DataLines;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.StreamStatus;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/**
 * A stream as the events of Durable Streams (section 5.8): {@code data}, and after each of them {@code control}, which says where the client is. Only
 * that of a stream that completed says that it is closed: a response that ends without may be gone on with. An instance serves one response.
 */
public final class DurableEvents implements Encoder {
    private static final byte[] DATA = Ascii.bytes("event: data\n");
    private static final byte[] CLOSE = Ascii.bytes("\n\n");
    private static final byte[] CONTROL = Ascii.bytes("event: control\ndata:{\"streamNextOffset\":\"");
    private static final byte[] CURSOR = Ascii.bytes("\",\"streamCursor\":\"");
    private static final byte[] QUOTE = Ascii.bytes("\"");
    private static final byte[] UP_TO_DATE = Ascii.bytes(",\"upToDate\":true");
    private static final byte[] CONTROL_CLOSE = Ascii.bytes("}\n\n");
    private static final byte[] CLOSED = Ascii.bytes("\",\"upToDate\":true,\"streamClosed\":true");
    private static final int CONTROL_BYTES_MAX = CONTROL.length + CURSOR.length + 2 * Ascii.NUMBER_BYTES_MAX + QUOTE.length + UP_TO_DATE.length + CONTROL_CLOSE.length;
    /** Of an event and the one behind it, besides text: {@code data: } too. */
    private static final int FRAME_BYTES = DATA.length + 6 + CLOSE.length + CONTROL_BYTES_MAX;

    private final LongSupplier watermark;
    private final long cursor;

    /**
     * Events for a client.
     *
     * @param watermark bytes of the stream's text so far
     * @param cursor    the first {@linkplain DurableCursor cursor} that it is told
     */
    public DurableEvents(LongSupplier watermark, long cursor) {
        this.watermark = watermark;
        this.cursor = cursor;
    }

    @Override
    public ClientFormat format() {
        return ClientFormat.DURABLE;
    }

    @Override
    public void open(StreamStatus status, long offset, ByteBuffer out) {
        boolean isRunning = status.state().equals(StreamStatus.QUEUED) || status.state().equals(StreamStatus.STARTED);
        if (isRunning && status.offset() == offset) {
            control(offset, out);
        }
    }

    @Override
    public int text(Piece piece, ByteBuffer out) {
        int stop = DataLines.fit(piece, out.remaining() - FRAME_BYTES);
        int from = piece.from();
        if (piece.isAfterCr() && piece.utf8()[from] == '\n') {
            // The other half of a line end that has been sent.
            from++;
        }
        if (from < stop) {
            DataLines.put(piece.utf8(), from, stop, false, out.put(DATA));
            out.put(CLOSE);
            control(piece.offset() + stop - piece.from(), out);
        }
        return stop - piece.from();
    }

    private void control(long offset, ByteBuffer out) {
        DurableOffset.put(offset, out.put(CONTROL));
        out.put(CURSOR);
        Ascii.put(Math.max(cursor, DurableCursor.at(System.currentTimeMillis())), out);
        out.put(QUOTE);
        if (watermark.getAsLong() == offset) {
            out.put(UP_TO_DATE);
        }
        out.put(CONTROL_CLOSE);
    }

    @Override
    public void end(End end, ByteBuffer out) {
        if (end.outcome() == Outcome.COMPLETED) {
            DurableOffset.put(end.offset(), out.put(CONTROL));
            out.put(CLOSED).put(CONTROL_CLOSE);
        }
    }

    @Override
    public boolean tellsFailure() {
        // To a client that comes back.
        return true;
    }

    @Override
    public void interrupted(Interruption why, long offset, long retryMs, ByteBuffer out) {
        // The last event has said where to go on.
    }

    @Override
    public boolean tellsInterruption() {
        return true;
    }

    @Override
    public void heartbeat(StreamStatus status, ByteBuffer out) {
        out.put(Ascii.bytes(": " + status.state() + "\n\n"));
    }
}
