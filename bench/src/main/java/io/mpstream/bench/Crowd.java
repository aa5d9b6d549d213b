package io.mpstream.bench;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Chunked;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Piece;
import io.mpstream.streamer.encoding.PlainText;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioIoThread;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/**
 * All who watch the same on one I/O thread of the {@link Ceiling}: each text is made and encoded once, and written to one
 * after the other. Confined to that thread.
 */
final class Crowd implements Runnable {
    private static final int BUFFER_BYTES = 1024;
    private static final Encoder ENCODER = new Chunked(new PlainText(), true);

    private final XnioIoThread thread;
    private final Work work;
    private final List<Watcher> watchers = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Stamp stamp = new Stamp();
    private final Piece piece = new Piece();
    private final long firstDueNs = System.nanoTime();
    private int number;

    private record Watcher(HttpServerExchange exchange, StreamSinkChannel channel, StreamSinkConduit socket) {
    }

    /** Nobody yet; the first text is made at once. */
    Crowd(XnioIoThread thread, Work work) {
        this.thread = thread;
        this.work = work;
        thread.execute(this);
    }

    /** One more, from the next text on. */
    void join(HttpServerExchange exchange) throws IOException {
        Watcher watcher = new Watcher(exchange, exchange.getResponseChannel(),
                ((HttpServerConnection) exchange.getConnection()).getOriginalSinkConduit());
        watcher.channel.flush();
        watchers.add(watcher);
    }

    /** Whether all texts have been written. */
    boolean isOver() {
        return number == work.tokens();
    }

    @Override
    public void run() {
        buffer.clear();
        byte[] text = Work.numbered(stamp.now(), number++).getBytes(StandardCharsets.US_ASCII);
        ENCODER.text(piece.set(null, 0, text, 0, text.length, false, false), buffer);
        boolean isLast = isOver();
        if (isLast) {
            ENCODER.end(new End(StreamId.mint(), (long) number * text.length, Outcome.COMPLETED, "", new byte[End.SHA256_LENGTH], 0, Notes.NONE), buffer);
        }
        buffer.flip();
        watchers.forEach(watcher -> write(watcher, isLast));
        if (!isLast) {
            long waitNs = firstDueNs + TimeUnit.MILLISECONDS.toNanos(number * work.millis()) - System.nanoTime();
            thread.executeAfter(this, Math.max(0, waitNs), TimeUnit.NANOSECONDS);
        }
    }

    private void write(Watcher watcher, boolean isLast) {
        try {
            if (isLast) {
                watcher.channel.write(buffer.rewind());
                watcher.exchange.endExchange();
            } else {
                watcher.socket.write(buffer.rewind());
            }
        } catch (IOException e) {
            IoUtils.safeClose(watcher.exchange.getConnection());
        }
    }
}
