package io.mpstream.streamer.hub;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Encoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client following one stream. It owns a cursor, and at most one encoded buffer while its socket is full; all
 * else belongs to the stream. Everything here is confined to the session's I/O thread, except what says otherwise.
 */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** Buffers pumped in a row before the other sessions of the thread have their turn. */
    private static final int BUFFERS_A_TURN = 16;

    private final Hub hub;
    private final LiveStream stream;
    private final Encoder encoder;
    private final ClientSink sink;
    private final PumpLoop loop;

    private final AtomicBoolean isDirty = new AtomicBoolean();
    /** The next one in the list of those to pump; owned by whoever has this one in its list. */
    Session nextDirty;

    private volatile boolean isAccepted;
    private volatile boolean isRefused;
    private volatile boolean isCut;
    private volatile long cursor;

    private Block block;
    private int at;
    private ByteBuffer rest;
    /** Whether all the text was encoded that was there when it was last looked at. */
    private boolean isCaughtUp;
    private boolean isEndEncoded;
    private boolean isClosed;

    Session(Hub hub, LiveStream stream, Encoder encoder, ClientSink sink, PumpLoop loop) {
        this.hub = hub;
        this.stream = stream;
        this.encoder = encoder;
        this.sink = sink;
        this.loop = loop;
        this.block = stream.start();
    }

    /** The stream that is followed. Any thread. */
    public LiveStream stream() {
        return stream;
    }

    /** How far this client has come, in bytes of text; it may be a little behind. Any thread. */
    long cursor() {
        return cursor;
    }

    /** There may be something to pump. Any thread. */
    void wake() {
        if (!isDirty.get() && isDirty.compareAndSet(false, true)) {
            loop.add(this);
        }
    }

    /** The query is in the journal: the response may begin. Any thread. */
    void accepted() {
        isAccepted = true;
        wake();
    }

    /** The query could not be put into the journal. Any thread. */
    void refused() {
        hub.forget(stream);
        isRefused = true;
        wake();
    }

    /** This client is too far behind to be kept. Any thread. */
    void cut() {
        isCut = true;
        wake();
    }

    /** It is its turn in the list of those to pump, and it is in the list no more. */
    void pump() {
        // Cleared here alone, and before the stream is looked at: what comes later queues the session again. While it is in
        // the list it must not be queued, because its link is the list's.
        isDirty.set(false);
        move();
    }

    /** Moves bytes from the cursor to the socket until either runs out. */
    private void move() {
        if (isClosed) {
            return;
        }
        try {
            if (isRefused) {
                isClosed = true;
                sink.refuse();
            } else if (isCut) {
                LOG.warn("a reader of stream {} is cut off, {} bytes behind", stream.id(), stream.watermark() - cursor);
                abort();
            } else if (isAccepted && rest == null) {
                pumpBuffers();
            }
        } catch (IOException e) {
            LOG.debug("the client of stream {} is gone", stream.id(), e);
            gone();
        } catch (RuntimeException e) {
            LOG.error("a session of stream {} broke", stream.id(), e);
            abort();
        }
    }

    private void pumpBuffers() throws IOException {
        for (int i = 0; i < BUFFERS_A_TURN; i++) {
            ByteBuffer out = loop.buffer();
            End end = fill(out);
            out.flip();
            boolean isEmpty = !out.hasRemaining();
            if (isEmpty && !sink.flush() || !isEmpty && !write(out)) {
                return;
            }
            if (isDrained(end) && (isEndEncoded || end.outcome() == Outcome.FAILED)) {
                conclude(end);
                return;
            }
            if (isCaughtUp) {
                return;
            }
        }
        wake();
    }

    /** Encodes from the cursor on; returns the stream's end if it was there before the text was looked at. */
    private End fill(ByteBuffer out) {
        End end = stream.end();
        long position = cursor;
        while (true) {
            Block next = block.next;
            int length = block.length;
            if (at < length) {
                int stopped = encoder.text(block.utf8, at, length, out);
                position += stopped - at;
                at = stopped;
                if (stopped < length) {
                    isCaughtUp = false;
                    break;
                }
            } else if (next != null) {
                block = next;
                at = 0;
            } else {
                // What comes from now on wakes the session again.
                isCaughtUp = true;
                break;
            }
        }
        cursor = position;
        hub.credit(stream, position);
        if (isDrained(end) && end.outcome() != Outcome.FAILED) {
            isEndEncoded = out.remaining() >= Encoder.END_BYTES_MAX;
            isCaughtUp = isEndEncoded;
            if (isEndEncoded) {
                encoder.end(end, out);
            }
        }
        return end;
    }

    /** Whether all text of a stream that has ended is encoded. */
    private boolean isDrained(End end) {
        return end != null && cursor == end.offset();
    }

    /** Writes; keeps what the socket does not take. */
    private boolean write(ByteBuffer out) throws IOException {
        if (sink.write(out, isEndEncoded)) {
            return true;
        }
        rest = ByteBuffer.allocate(out.remaining()).put(out).flip();
        return false;
    }

    private void conclude(End end) {
        if (end.outcome() == Outcome.FAILED) {
            abort();
        } else {
            close();
            sink.finish();
        }
    }

    /** The socket takes bytes again. */
    public void writable() {
        if (isClosed) {
            return;
        }
        try {
            if (rest != null) {
                if (!sink.write(rest, isEndEncoded)) {
                    return;
                }
                rest = null;
                if (isEndEncoded) {
                    conclude(stream.end());
                    return;
                }
            }
            move();
        } catch (IOException e) {
            LOG.debug("the client of stream {} is gone", stream.id(), e);
            gone();
        }
    }

    /** The client is gone. */
    public void gone() {
        if (!isClosed) {
            abort();
        }
    }

    private void abort() {
        close();
        sink.abort();
    }

    private void close() {
        isClosed = true;
        rest = null;
        // The text that only this reader still needed may go.
        block = null;
        hub.leave(stream, this);
    }
}
