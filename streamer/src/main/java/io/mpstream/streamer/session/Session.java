package io.mpstream.streamer.session;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.settings.Bound;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.stream.Follower;
import io.mpstream.streamer.stream.Grant;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.text.TextCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's following of one stream, or one feed. The session owns a cursor, and at most one encoded buffer while its socket is full; all
 * else belongs to the stream. Everything here is confined to the session's I/O thread, except what says otherwise.
 */
public final class Session extends PumpLoop.Member implements Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** Buffers pumped in a row before the other sessions of the thread have their turn. */
    private static final int BUFFERS_A_TURN = 16;
    /** Ticks without a byte after which a heartbeat is sent. */
    private static final long QUIET_TICKS_MAX = Bound.HEARTBEAT.time().toMillis() / PumpLoop.TICK_MS;
    /** What nobody notices: a response that has only its head to send waits so long for the first text, so that both are one write. */
    private static final long LINGER_MS = 1;
    /** Ticks for which a poll waits for text. */
    private static final long POLL_TICKS_MAX = Bound.POLL.time().toMillis() / PumpLoop.TICK_MS;

    /** The stages of a response. */
    private enum State {
        /** Nothing of it is out: it may still be a refusal. */
        WAITING,
        /** The head is out, and text follows. */
        OPEN,
        /** The end of it is encoded: once that is written it is whole. */
        ENDING,
        /** All is encoded that there will be, and has no end: once that is written the transfer breaks off. */
        BREAKING,
        /** The sink has been told how it ended. */
        CLOSED
    }

    private final SessionHost host;
    private final FollowOptions options;
    private final SessionLifetime lifetime;
    private final Encoder encoder;
    private final ClientSink sink;
    private final PumpLoop loop;
    private final StatusEvents events;
    private final TextReader reader;
    private final Delivery delivery;

    private volatile LiveStream stream;
    /** When the text was put into the journal for which it was marked last, or newer text; 0 for none. Written by whoever marks it. */
    private long markedAtMs;
    /** Among the stream's followers, whose lock guards it. */
    private int place;
    private State state = State.WAITING;
    /** Whether it waits for text before it sends its head; written by the I/O thread. */
    private volatile boolean isLingering;
    private boolean hasLingered;
    /** The offset at which the response ends, when that is before the stream does. */
    private long until = Long.MAX_VALUE;
    /** Encoded bytes that the socket has not taken yet, or null. */
    private ByteBuffer rest;
    /** Ticks since anything was sent, or since the session began. */
    private int quietTicks;
    /** Why it ends early, once that is so. */
    private Interruption interruption;
    /** Whether all was encoded that could be when it was last looked at. */
    private boolean isCaughtUp;

    /** A session that has sent nothing. */
    public Session(SessionHost host, LiveStream stream, FollowOptions options, SessionLifetime lifetime, Encoder encoder, ClientSink sink, PumpLoop loop) {
        this.host = host;
        this.stream = stream;
        this.options = options;
        this.lifetime = lifetime;
        this.encoder = encoder;
        this.sink = sink;
        this.loop = loop;
        this.reader = new TextReader(stream.text(), options, host.loaders(), loop, this::wake);
        this.events = new StatusEvents(host, encoder, options.offset() > 0);
        this.delivery = delivery();
        lifetime.begin();
        loop.enter(this);
    }

    private Delivery delivery() {
        Traffic traffic = loop.traffic();
        boolean isForLive = options.mode() == FollowOptions.Mode.LIVE;
        boolean isLive = isForLive && stream.watermark() <= options.offset();
        if (isForLive && options.offset() > 0 && !(isLive && options.feed() != null)) {
            // Whoever joins a feed where it is now has not been there before.
            traffic.resumes().add(1);
        }
        return new Delivery(traffic, traffic.viewers(encoder.format()), traffic.sentBytes(encoder.format()), isLive);
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
    public int place() {
        return place;
    }

    @Override
    public void place(int place) {
        this.place = place;
    }

    @Override
    public void wake() {
        // That the answer has started is told with its first text, or when this has waited for that long enough.
        if (!isLingering || stream.end() != null || stream.watermark() > options.offset()) {
            loop.add(this);
        }
    }

    @Override
    void marked() {
        markedAtMs = stream.textAtMs();
    }

    @Override
    void pump() {
        if (stream.watermark() > reader.cursor().offset()) {
            delivery.due(markedAtMs);
        }
        move();
    }

    /** Moves bytes from the cursor to the socket until either runs out. */
    private void move() {
        if (state == State.CLOSED) {
            return;
        }
        try {
            if (stream.isRefused()) {
                refuse(RefusedException.forNow(RefusedException.Reason.NOT_STORED, "the query could not be stored", host.retryAfterS()));
            } else if (stream.isAccepted() && rest == null && (state != State.WAITING || open())) {
                pumpBuffers();
            }
        } catch (IOException e) {
            lost(e);
        } catch (RuntimeException e) {
            stream.log(LOG.atError()).setCause(e).log("a session of stream {} broke", stream.id());
            abort();
        }
    }

    /** Whether it would send its head alone, and text may come within the moment that it still waits. */
    private boolean lingers() {
        if (hasLingered || options.mode() != FollowOptions.Mode.LIVE || stream.end() != null || stream.watermark() != reader.cursor().offset()) {
            return false;
        }
        if (!isLingering) {
            isLingering = true;
            loop.after(this::haveLingered, LINGER_MS);
        }
        return true;
    }

    private void haveLingered() {
        hasLingered = true;
        isLingering = false;
        if (state == State.WAITING) {
            move();
        }
    }

    /** Begins the response, if all is known that its head must say. */
    private boolean open() {
        if (lingers() || options.mode() == FollowOptions.Mode.ENDED && !hasEnded() || !find()) {
            return false;
        }
        if (options.mode() == FollowOptions.Mode.ONCE || options.mode() == FollowOptions.Mode.POLL) {
            End end = stream.end();
            long watermark = stream.watermark();
            if (options.mode() == FollowOptions.Mode.POLL && watermark == reader.cursor().offset()) {
                if (quietTicks >= POLL_TICKS_MAX || end != null && options.feed() == null) {
                    close();
                    sink.nothing(host.status(stream), watermark);
                    return false;
                }
                return end != null && goOn() && open();
            }
            until = watermark;
        }
        sink.open(host.status(stream), until);
        isLingering = false;
        state = State.OPEN;
        quietTicks = 0;
        return true;
    }

    /** Whether the stream has ended, in a way that can be told; else it is refused. */
    private boolean hasEnded() {
        End end = stream.end();
        if (end == null) {
            // Who waits for all of it is behind nothing of it.
            host.credit(stream, stream.watermark());
            return false;
        }
        if (end.outcome() != Outcome.COMPLETED && !encoder.tellsFailure()) {
            refuse(RefusedException.forGood(end.outcome() == Outcome.CANCELLED ? RefusedException.Reason.CANCELLED : RefusedException.Reason.FAILED, end.detail()));
            return false;
        }
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
        return utf8 != null && state != State.CLOSED;
    }

    private void pumpBuffers() throws IOException {
        for (int i = 0; i < BUFFERS_A_TURN; i++) {
            if (!sink.isReady()) {
                return;
            }
            ByteBuffer out = loop.buffer();
            if (state == State.OPEN) {
                fill(out);
            }
            out.flip();
            if (state == State.CLOSED || !(out.hasRemaining() ? write(out) : sink.flush())) {
                return;
            }
            delivery.written(stream.textAtMs());
            if (state != State.OPEN) {
                conclude();
                return;
            }
            if (isCaughtUp) {
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
            encoder.stop(out);
            state = State.ENDING;
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
            delivery.caughtUp();
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
        if (out.remaining() < Encoder.EVENT_BYTES_MAX) {
            isCaughtUp = false;
        } else {
            encoder.stop(out);
            state = State.ENDING;
        }
    }

    private void text(long limit, End end, ByteBuffer out) {
        TextCursor cursor = reader.cursor();
        if (!cursor.enter()) {
            stream.log(LOG.atWarn()).log("a reader of stream {} is cut off at {}: the text has left the journal", stream.id(), cursor.offset());
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
        delivery.encoded(taken, isCaughtUp);
        if (taken == 0) {
            reader.loadAhead(due);
        }
    }

    private void end(End end, ByteBuffer out) {
        if (out.remaining() < Encoder.EVENT_BYTES_MAX) {
            isCaughtUp = false;
        } else if (options.feed() == null) {
            if (end.outcome() == Outcome.FAILED && !encoder.tellsFailure()) {
                state = State.BREAKING;
            } else if (encoder.wantsTextAgain(end, out)) {
                reader.enter(stream.text(), 0);
                isCaughtUp = false;
            } else {
                encoder.end(end, out);
                state = State.ENDING;
            }
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
        // First: its place is that among the followers of one stream.
        host.leave(stream, this);
        following.followers().join(this);
        stream = following;
        reader.enter(following.text(), following.firstOffset());
        return true;
    }

    /** Writes; keeps what the socket does not take. */
    private boolean write(ByteBuffer out) throws IOException {
        quietTicks = 0;
        if (send(out)) {
            return true;
        }
        delivery.stalled();
        rest = ByteBuffer.allocate(out.remaining()).put(out).flip();
        return false;
    }

    private boolean send(ByteBuffer bytes) throws IOException {
        int before = bytes.remaining();
        boolean isOut = sink.write(bytes, state == State.ENDING);
        delivery.sent(before - bytes.remaining());
        return isOut;
    }

    /** All is written that was to be. */
    private void conclude() {
        if (state == State.ENDING) {
            close();
            sink.finish();
        } else if (state == State.BREAKING) {
            abort();
        }
    }

    /** The socket takes bytes again. */
    public void writable() {
        if (state == State.CLOSED) {
            return;
        }
        try {
            if (rest != null) {
                quietTicks = 0;
                if (!send(rest)) {
                    return;
                }
                rest = null;
                delivery.written(stream.textAtMs());
            }
            move();
        } catch (IOException e) {
            lost(e);
        }
    }

    @Override
    void tick(long nowMs) {
        if (state == State.CLOSED) {
            return;
        }
        quietTicks++;
        boolean isWaiting = stream.end() == null && (state == State.OPEN && isCaughtUp || options.mode() == FollowOptions.Mode.ENDED);
        Interruption why = lifetime.over(nowMs, isWaiting);
        if (why != null) {
            interrupt(why);
        } else if (rest == null && (quietTicks >= patienceTicks() || events.isChallengeDue(lifetime.grant(), nowMs))) {
            move();
        }
    }

    /** Ticks without a byte after which there is something to do. */
    private long patienceTicks() {
        return state == State.WAITING && options.mode() == FollowOptions.Mode.POLL ? POLL_TICKS_MAX : QUIET_TICKS_MAX;
    }

    /** Ends the response so that the client can come back. */
    private void interrupt(Interruption why) {
        if (interruption == null) {
            loop.traffic().interrupted(why).add(1);
        }
        if (state == State.WAITING) {
            refuse(lifetime.refusal(why));
        } else if (encoder.tellsInterruption() && rest == null && interruption == null) {
            interruption = why;
            move();
        } else {
            abort();
        }
    }

    private void refuse(RefusedException why) {
        boolean wasWaiting = state == State.WAITING;
        close();
        if (wasWaiting) {
            host.refused(why);
            sink.refuse(why);
        } else {
            sink.abort();
        }
    }

    private void lost(IOException e) {
        LOG.debug("the client of stream {} is gone", stream.id(), e);
        gone();
    }

    /** The client is gone, or wants no more. */
    public void gone() {
        if (state != State.CLOSED) {
            close();
            sink.gone();
        }
    }

    private void abort() {
        close();
        sink.abort();
    }

    private void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        rest = null;
        loop.exit(this);
        delivery.end();
        lifetime.end();
        host.leave(stream, this);
    }
}
