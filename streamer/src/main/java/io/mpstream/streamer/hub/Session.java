package io.mpstream.streamer.hub;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Interruption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client following one stream, or one feed. It owns a cursor, and at most one encoded buffer while its socket is full; all
 * else belongs to the stream. Everything here is confined to the session's I/O thread, except what says otherwise.
 */
public final class Session extends PumpLoop.Member implements Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** Buffers pumped in a row before the other sessions of the thread have their turn. */
    private static final int BUFFERS_A_TURN = 16;
    /** Ticks without a byte after which a heartbeat is sent: 15 s. */
    private static final int QUIET_TICKS_MAX = 30;
    /** How long a poll waits for text. */
    private static final long POLL_MS = 20_000;

    private final SessionHost host;
    private final Course course;
    /** What it counts for, or null. */
    private final Account account;
    private final Encoder encoder;
    private final ClientSink sink;
    private final PumpLoop loop;

    private final Told told;
    private final AtomicBoolean isDirty = new AtomicBoolean();
    private volatile LiveStream stream;
    private final Reading reading;
    /** Where the response ends, when that is before the stream does. */
    private long until = Long.MAX_VALUE;
    private ByteBuffer rest;
    private int quietTicks;
    private final Stay stay;
    /** Why it ends early, once that is so. */
    private Interruption interruption;
    private boolean isOpen;
    /** Whether all was encoded that could be when it was last looked at. */
    private boolean isCaughtUp;
    private boolean isLastEncoded;
    private boolean isConcluded;
    private boolean isPollOver;
    private boolean isClosed;
    private boolean isLeft;

    Session(SessionHost host, LiveStream stream, Course course, Stay stay, Replays replays, Account account, Encoder encoder, ClientSink sink,
            PumpLoop loop) {
        this.host = host;
        this.stream = stream;
        this.course = course;
        this.account = account;
        this.encoder = encoder;
        this.sink = sink;
        this.loop = loop;
        this.reading = new Reading(stream.text(), course, replays, loop, this::wake);
        this.stay = stay;
        this.told = new Told(host, encoder, course.offset() > 0);
        stay.begin();
        loop.enter(this);
        if (course.mode() == Course.Mode.POLL) {
            loop.after(() -> {
                isPollOver = true;
                move();
            }, POLL_MS);
        }
    }

    /** The stream that is followed. Any thread. */
    public LiveStream stream() {
        return stream;
    }

    @Override
    public void renew(Permit fresh) {
        stay.renew(fresh);
    }

    @Override
    public void wake() {
        if (!isDirty.get() && isDirty.compareAndSet(false, true)) {
            loop.add(this);
        }
    }

    @Override
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
        Cursor cursor = reading.cursor();
        if (!find()) {
            return false;
        }
        if (course.mode() != Course.Mode.LIVE) {
            End end = stream.end();
            long watermark = stream.watermark();
            if (course.mode() == Course.Mode.POLL && watermark == cursor.offset()) {
                if (isPollOver || end != null && course.feed() == null) {
                    close();
                    sink.nothing(host.standing(stream));
                    return false;
                }
                return end != null && goOn() && open();
            }
            until = watermark;
        }
        sink.open(host.standing(stream), until);
        isOpen = true;
        return true;
    }

    /** Finds the text at the cursor; false if it is not there, or not yet. */
    private boolean find() {
        Cursor cursor = reading.cursor();
        if (cursor.offset() == stream.watermark()) {
            return true;
        }
        if (!cursor.enter()) {
            refuse(Refused.GONE);
            return false;
        }
        byte[] utf8 = reading.utf8();
        if (utf8 != null && cursor.isInsideCharacter(utf8)) {
            refuse(Refused.INSIDE_CHARACTER);
        }
        return utf8 != null && !isClosed;
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
        Cursor cursor = reading.cursor();
        if (interruption != null) {
            encoder.interrupted(interruption, cursor.offset(), stay.retryMs(interruption), out);
            stop(out);
            return;
        }
        // In this order: once the end is seen so is all the text before it, and once text is seen so is the start.
        End end = stream.end();
        long limit = Math.min(stream.watermark(), until);
        told.tell(stream, stay, cursor.offset(), end, out);
        isCaughtUp = true;
        if (cursor.offset() < limit) {
            text(limit, end, out);
        } else if (cursor.offset() < until) {
            reading.atLiveEnd();
        }
        if (end != null && cursor.offset() == end.offset() && (until == Long.MAX_VALUE || course.feed() == null)) {
            end(end, out);
        } else if (cursor.offset() == until) {
            stop(out);
        }
        if (quietTicks >= QUIET_TICKS_MAX && out.position() == 0) {
            quietTicks = 0;
            encoder.heartbeat(host.standing(stream), out);
        }
    }

    private void stop(ByteBuffer out) {
        encoder.stop(out);
        isLastEncoded = true;
        isConcluded = true;
    }

    private void text(long limit, End end, ByteBuffer out) {
        Cursor cursor = reading.cursor();
        if (!cursor.enter()) {
            LOG.warn("a reader of stream {} is cut off at {}: the text has left the journal", stream.id(), cursor.offset());
            refuse(Refused.GONE);
            return;
        }
        long due = reading.due(limit);
        byte[] utf8 = due == cursor.offset() ? null : reading.utf8();
        if (utf8 == null) {
            return;
        }
        int taken = encoder.text(cursor.piece(utf8, due, end == null ? until : Math.min(until, end.offset()), loop.gathered(), loop.piece()), out);
        cursor.advance(taken);
        host.credit(stream, cursor.offset());
        // What the encoder keeps back waits for the text that follows.
        isCaughtUp = cursor.offset() == limit || taken == 0 && reading.lookAhead(due);
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
            encoder.restarted(host.standing(stream), out);
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
        host.leave(stream, this);
        stream = following;
        reading.enter(following.text(), following.firstOffset());
        return true;
    }

    /** Writes; keeps what the socket does not take. */
    private boolean write(ByteBuffer out) throws IOException {
        quietTicks = 0;
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
                quietTicks = 0;
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

    @Override
    void tick(long nowMs) {
        if (isClosed) {
            return;
        }
        Interruption why = stay.over(nowMs, isOpen && isCaughtUp && stream.end() == null);
        if (why != null) {
            interrupt(why);
        } else if (told.isOpen() && (++quietTicks >= QUIET_TICKS_MAX || told.isChallengeDue(stay.permit(), nowMs)) && rest == null) {
            move();
        }
    }

    /** It ends so that the client can come back. */
    private void interrupt(Interruption why) {
        if (!isOpen) {
            refuse(why == Interruption.EXPIRED ? Refused.EXPIRED : Refused.DRAINING);
        } else if (encoder.tellsInterruption() && rest == null && interruption == null) {
            interruption = why;
            move();
        } else {
            abort();
        }
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
        if (account != null) {
            account.leave();
        }
        loop.exit(this);
        stay.end();
        host.leave(stream, this);
    }
}
