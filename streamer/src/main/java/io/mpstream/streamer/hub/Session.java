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
 * One client following one stream, or one feed. It owns a cursor, and at most one encoded buffer while its socket is full; all
 * else belongs to the stream. Everything here is confined to the session's I/O thread, except what says otherwise.
 */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** Buffers pumped in a row before the other sessions of the thread have their turn. */
    private static final int BUFFERS_A_TURN = 16;
    /** Seconds without a byte after which a heartbeat is sent. */
    private static final int QUIET_S_MAX = 15;
    /** How long a poll waits for text. */
    private static final long POLL_MS = 20_000;

    private final Hub hub;
    private final Course course;
    private final Encoder encoder;
    private final ClientSink sink;
    private final PumpLoop loop;

    private final AtomicBoolean isDirty = new AtomicBoolean();
    /** The next one in the list of those to pump; owned by whoever has this one in its list. */
    Session nextDirty;
    /** Its neighbours among the open sessions of the thread; owned by the loop. */
    Session previous;
    Session next;

    private volatile LiveStream stream;
    private volatile boolean isReplaying;

    private Cursor cursor;
    /** Where the response ends, when that is before the stream does. */
    private long until = Long.MAX_VALUE;
    /** Null without one, and from when it has come to the live end. */
    private Pace pace;
    private ByteBuffer rest;
    private int quietS;
    private int toldPlace;
    private boolean isStartTold;
    private boolean isOpen;
    private boolean isFormatOpen;
    /** Whether all was encoded that could be when it was last looked at. */
    private boolean isCaughtUp;
    private boolean isLastEncoded;
    private boolean isConcluded;
    private boolean isPollOver;
    private boolean isClosed;
    private boolean isLeft;

    Session(Hub hub, LiveStream stream, Course course, Encoder encoder, ClientSink sink, PumpLoop loop) {
        this.hub = hub;
        this.stream = stream;
        this.course = course;
        this.encoder = encoder;
        this.sink = sink;
        this.loop = loop;
        this.cursor = new Cursor(stream, course.offset(), hub.memory());
        this.isStartTold = course.offset() > 0;
        this.pace = course.speed() > 0 ? new Pace(course.speed()) : null;
        loop.enter(this);
        if (course.mode() == Course.Mode.POLL) {
            loop.after(this::stopPolling, POLL_MS);
        }
    }

    /** The stream that is followed. Any thread. */
    public LiveStream stream() {
        return stream;
    }

    /** There may be something to pump. Any thread. */
    void wake() {
        if (!isDirty.get() && isDirty.compareAndSet(false, true)) {
            loop.add(this);
        }
    }

    /** The block that was asked for is in memory, or gone. Any thread. */
    void loaded() {
        isReplaying = false;
        wake();
    }

    /** The times of the block that was asked for are known. Any thread. */
    void timed(Timeline timeline) {
        loop.execute(() -> {
            if (pace != null) {
                pace.timed(cursor.block(), timeline);
                // Its times have left the journal: without pauses, then.
                pace = pace.knows(cursor.block(), cursor.offset()) ? pace : null;
            }
            loaded();
        });
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
            if (stream.isRefused()) {
                refuse(Refused.NOT_STORED);
            } else if (stream.isAccepted() && rest == null && (isOpen || open())) {
                pumpBuffers();
            }
        } catch (IOException e) {
            lost(e);
        } catch (RuntimeException e) {
            LOG.error("a session of stream {} broke", stream.id(), e);
            abort();
        }
    }

    /** Begins the response, if all is known that its head must say. */
    private boolean open() {
        if (!find()) {
            return false;
        }
        if (course.mode() != Course.Mode.LIVE) {
            End end = stream.end();
            long watermark = stream.watermark();
            if (course.mode() == Course.Mode.POLL && watermark == cursor.offset()) {
                if (isPollOver || end != null && course.feed() == null) {
                    close();
                    sink.nothing(hub.standing(stream));
                    return false;
                }
                return end != null && goOn() && open();
            }
            until = watermark;
        }
        sink.open(hub.standing(stream), until);
        isOpen = true;
        return true;
    }

    /** Finds the text at the cursor; false if it is not there, or not yet. */
    private boolean find() {
        if (cursor.offset() == stream.watermark()) {
            return true;
        }
        if (!cursor.enter()) {
            refuse(Refused.GONE);
            return false;
        }
        byte[] utf8 = utf8();
        if (utf8 != null && cursor.isInsideCharacter(utf8)) {
            refuse(Refused.INSIDE_CHARACTER);
        }
        return utf8 != null && !isClosed;
    }

    /** The bytes of the block that it stands in; null while they are being read from the journal. */
    private byte[] utf8() {
        byte[] utf8 = cursor.block().utf8();
        if (utf8 == null && !isReplaying) {
            isReplaying = true;
            hub.replay().load(this, stream, cursor.block());
        }
        return utf8;
    }

    private void pumpBuffers() throws IOException {
        for (int i = 0; i < BUFFERS_A_TURN; i++) {
            if (!sink.isReady()) {
                return;
            }
            ByteBuffer out = loop.buffer();
            fill(out);
            if (isClosed) {
                return;
            }
            out.flip();
            if (!(out.hasRemaining() ? write(out) : sink.flush()) || isClosed) {
                return;
            }
            if (isConcluded) {
                conclude();
            }
            if (isConcluded || isCaughtUp) {
                return;
            }
        }
        wake();
    }

    /** Encodes from the cursor on. */
    private void fill(ByteBuffer out) {
        // In this order: once the end is seen so is all the text before it, and once text is seen so is the start.
        End end = stream.end();
        long limit = Math.min(stream.watermark(), until);
        tellState(end, out);
        isCaughtUp = true;
        if (cursor.offset() < limit) {
            text(limit, end, out);
        } else if (cursor.offset() < until) {
            // At the live end the pauses are the text's own.
            pace = null;
        }
        if (end != null && cursor.offset() == end.offset() && (until == Long.MAX_VALUE || course.feed() == null)) {
            end(end, out);
        } else if (cursor.offset() == until) {
            encoder.stop(out);
            isLastEncoded = true;
            isConcluded = true;
        }
        if (quietS >= QUIET_S_MAX && out.position() == 0) {
            quietS = 0;
            encoder.heartbeat(hub.standing(stream), out);
        }
    }

    private void tellState(End end, ByteBuffer out) {
        if (!isFormatOpen) {
            isFormatOpen = true;
            encoder.open(hub.standing(stream), cursor.offset(), out);
        }
        if (!isStartTold && stream.hasStarted()) {
            isStartTold = true;
            encoder.started(hub.standing(stream), out);
        } else if (!isStartTold && end == null && stream.place() != toldPlace) {
            toldPlace = stream.place();
            encoder.queued(hub.standing(stream), out);
        }
    }

    private void text(long limit, End end, ByteBuffer out) {
        if (!cursor.enter()) {
            LOG.warn("a reader of stream {} is cut off at {}: the text has left the journal", stream.id(), cursor.offset());
            refuse(Refused.GONE);
            return;
        }
        long due = pace == null ? limit : Math.min(limit, paced());
        byte[] utf8 = due == cursor.offset() ? null : utf8();
        if (utf8 == null) {
                return;
        }
        int taken = encoder.text(cursor.piece(utf8, due, end == null ? until : Math.min(until, end.offset()), loop.gathered(), loop.piece()), out);
        cursor.advance(taken);
        hub.credit(stream, cursor.offset());
        // What the encoder keeps back waits for the text that follows.
        isCaughtUp = cursor.offset() == limit || taken == 0;
    }

    /** How far the text may go by now; the cursor if it must wait, and then a wake is on its way. */
    private long paced() {
        if (pace.knows(cursor.block(), cursor.offset())) {
            return pace.limit(cursor.offset(), loop, this::wake);
        }
        if (!isReplaying) {
            isReplaying = true;
            hub.replay().time(this, stream, cursor.block());
        }
        return cursor.offset();
    }

    private void end(End end, ByteBuffer out) {
        if (out.remaining() < Encoder.EVENT_BYTES_MAX) {
            isCaughtUp = false;
        } else if (course.feed() == null) {
            if (end.outcome() != Outcome.FAILED || encoder.tellsFailure()) {
                encoder.end(end, out);
                isLastEncoded = true;
            }
            isConcluded = true;
        } else if (goOn()) {
            encoder.restarted(hub.standing(stream), out);
            isCaughtUp = false;
        }
    }

    /** The stream has ended, the feed has not; returns whether it has gone on yet. */
    private boolean goOn() {
        LiveStream following = stream.successor();
        if (following == null) {
            return false;
        }
        following.join(this);
        hub.leave(stream, this);
        stream = following;
        cursor = new Cursor(following, following.firstOffset(), hub.memory());
        return true;
    }

    /** Writes; keeps what the socket does not take. */
    private boolean write(ByteBuffer out) throws IOException {
        quietS = 0;
        if (sink.write(out, isLastEncoded)) {
            return true;
        }
        rest = ByteBuffer.allocate(out.remaining()).put(out).flip();
        return false;
    }

    private void conclude() {
        if (isLastEncoded) {
            close();
            sink.finish();
        } else {
            abort();
        }
    }

    /** The socket takes bytes again. */
    public void writable() {
        if (isClosed) {
            return;
        }
        try {
            if (rest != null) {
                quietS = 0;
                if (!sink.write(rest, isLastEncoded)) {
                    return;
                }
                rest = null;
                if (isConcluded) {
                    conclude();
                    return;
                }
            }
            move();
        } catch (IOException e) {
            lost(e);
        }
    }

    /** A second has passed. */
    void tick() {
        if (isFormatOpen && ++quietS >= QUIET_S_MAX && rest == null) {
            move();
        }
    }

    /** A poll has waited long enough. */
    private void stopPolling() {
        isPollOver = true;
        move();
    }

    private void refuse(Refused why) {
        close();
        if (isOpen) {
            sink.abort();
        } else {
            sink.refuse(why, stream.firstOffset());
        }
    }

    private void lost(IOException e) {
        LOG.debug("the client of stream {} is gone", stream.id(), e);
        gone();
    }

    /** Whether it was closed because the client is gone, or wants no more. */
    public boolean isLeft() {
        return isLeft;
    }

    /** The client is gone, or wants no more. */
    public void gone() {
        if (!isClosed) {
            isLeft = true;
            abort();
        }
    }

    private void abort() {
        close();
        sink.abort();
    }

    private void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        rest = null;
        loop.exit(this);
        hub.leave(stream, this);
    }
}
