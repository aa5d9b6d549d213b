package io.mpstream.streamer.session;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.settings.Bound;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.limits.Account;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.stream.Follower;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.text.TextCursor;
import io.mpstream.streamer.text.TextLoaders;
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
    /** Ticks without a byte after which a heartbeat is sent. */
    private static final long QUIET_TICKS_MAX = Bound.HEARTBEAT.time().toMillis() / PumpLoop.TICK_MS;

    private final SessionHost host;
    private final FollowOptions options;
    /** What it counts for, or null. */
    private final Account account;
    private final Encoder encoder;
    private final ClientSink sink;
    private final PumpLoop loop;

    private final StatusEvents events;
    private final AtomicBoolean isDirty = new AtomicBoolean();
    private volatile LiveStream stream;
    private final TextReader reader;
    /** Where the response ends, when that is before the stream does. */
    private long until = Long.MAX_VALUE;
    private ByteBuffer rest;
    private int quietTicks;
    private final SessionLifetime lifetime;
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

    /**
     * A session that is open, and has sent nothing.
     *
     * @param account what it counts for, or null
     */
    public Session(SessionHost host, LiveStream stream, FollowOptions options, SessionLifetime lifetime, TextLoaders loaders, Account account, Encoder encoder, ClientSink sink,
            PumpLoop loop) {
        this.host = host;
        this.stream = stream;
        this.options = options;
        this.account = account;
        this.encoder = encoder;
        this.sink = sink;
        this.loop = loop;
        this.reader = new TextReader(stream.text(), options, loaders, loop, this::wake);
        this.lifetime = lifetime;
        this.events = new StatusEvents(host, encoder, options.offset() > 0);
        lifetime.begin();
        loop.enter(this);
        if (options.mode() == FollowOptions.Mode.POLL) {
            loop.after(() -> {
                isPollOver = true;
                move();
            }, Bound.POLL.time().toMillis());
        }
    }

    /** The stream that is followed. Any thread. */
    public LiveStream stream() {
        return stream;
    }

    @Override
    public void renew(Grant fresh) {
        lifetime.renew(fresh);
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
                refuse(RefusedException.forNow(RefusedException.Reason.NOT_STORED, "the query could not be stored", host.retryAfterS()));
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
        TextCursor cursor = reader.cursor();
        if (!find()) {
            return false;
        }
        if (options.mode() != FollowOptions.Mode.LIVE) {
            End end = stream.end();
            long watermark = stream.watermark();
            if (options.mode() == FollowOptions.Mode.POLL && watermark == cursor.offset()) {
                if (isPollOver || end != null && options.feed() == null) {
                    close();
                    sink.nothing(host.status(stream));
                    return false;
                }
                return end != null && goOn() && open();
            }
            until = watermark;
        }
        sink.open(host.status(stream), until);
        isOpen = true;
        return true;
    }

    /** Finds the text at the cursor; false if it is not there, or not yet. */
    private boolean find() {
        TextCursor cursor = reader.cursor();
        if (cursor.offset() == stream.watermark()) {
            return true;
        }
        if (!cursor.enter()) {
            refuse(RefusedException.gone(stream.firstOffset()));
            return false;
        }
        byte[] utf8 = reader.utf8();
        if (utf8 != null && cursor.isInsideCharacter(utf8)) {
            refuse(RefusedException.forGood(RefusedException.Reason.INSIDE_CHARACTER, "the offset is inside a character"));
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
        TextCursor cursor = reader.cursor();
        if (interruption != null) {
            encoder.interrupted(interruption, cursor.offset(), lifetime.retryMs(interruption), out);
            stop(out);
            return;
        }
        // In this order: once the end is seen so is all the text before it, and once text is seen so is the start.
        End end = stream.end();
        long limit = Math.min(stream.watermark(), until);
        events.tell(stream, lifetime, cursor.offset(), end, out);
        isCaughtUp = true;
        if (cursor.offset() < limit) {
            text(limit, end, out);
        } else if (cursor.offset() < until) {
            reader.atLiveEnd();
        }
        if (end != null && cursor.offset() == end.offset() && (until == Long.MAX_VALUE || options.feed() == null)) {
            end(end, out);
        } else if (cursor.offset() == until) {
            stop(out);
        }
        if (quietTicks >= QUIET_TICKS_MAX && out.position() == 0) {
            quietTicks = 0;
            encoder.heartbeat(host.status(stream), out);
        }
    }

    private void stop(ByteBuffer out) {
        encoder.stop(out);
        isLastEncoded = true;
        isConcluded = true;
    }

    private void text(long limit, End end, ByteBuffer out) {
        TextCursor cursor = reader.cursor();
        if (!cursor.enter()) {
            LOG.warn("a reader of stream {} is cut off at {}: the text has left the journal", stream.id(), cursor.offset());
            refuse(RefusedException.gone(stream.firstOffset()));
            return;
        }
        long due = reader.due(limit);
        byte[] utf8 = due == cursor.offset() ? null : reader.utf8();
        if (utf8 == null) {
            return;
        }
        int taken = encoder.text(cursor.piece(utf8, due, end == null ? until : Math.min(until, end.offset()), loop.gathered(), loop.piece()), out);
        cursor.advance(taken);
        host.credit(stream, cursor.offset());
        // What the encoder keeps back waits for the text that follows.
        isCaughtUp = cursor.offset() == limit || taken == 0;
        if (taken == 0) {
            reader.loadAhead(due);
        }
    }

    private void end(End end, ByteBuffer out) {
        if (out.remaining() < Encoder.EVENT_BYTES_MAX) {
            isCaughtUp = false;
        } else if (options.feed() == null) {
            if (end.outcome() != Outcome.FAILED || encoder.tellsFailure()) {
                encoder.end(end, out);
                isLastEncoded = true;
            }
            isConcluded = true;
        } else if (goOn()) {
            encoder.restarted(host.status(stream), out);
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
        reader.enter(following.text(), following.firstOffset());
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
        Interruption why = lifetime.over(nowMs, isOpen && isCaughtUp && stream.end() == null);
        if (why != null) {
            interrupt(why);
        } else if (events.isOpen() && (++quietTicks >= QUIET_TICKS_MAX || events.isChallengeDue(lifetime.grant(), nowMs)) && rest == null) {
            move();
        }
    }

    /** It ends so that the client can come back. */
    private void interrupt(Interruption why) {
        if (!isOpen) {
            refuse(lifetime.refusal(why));
        } else if (encoder.tellsInterruption() && rest == null && interruption == null) {
            interruption = why;
            move();
        } else {
            abort();
        }
    }

    private void refuse(RefusedException why) {
        close();
        if (isOpen) {
            sink.abort();
        } else {
            sink.refuse(why);
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
        lifetime.end();
        host.leave(stream, this);
    }
}
