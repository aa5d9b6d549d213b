package io.mpstream.streamer.hub;

import io.mpstream.protocol.End;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Utf8;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One stream's text, kept once for all who follow it. The hub's thread writes; sessions read and come and go on their
 * I/O threads.
 */
public final class LiveStream {
    private static final Session[] NOBODY = {};

    private final StreamId id;
    private final DisconnectPolicy onDisconnect;
    private final AtomicLong credited = new AtomicLong();

    /** Replaced, never changed; guarded by this when it is. */
    private volatile Session[] sessions = NOBODY;

    // Confined to the hub's thread.
    private Deadline deadline;
    private boolean isCancelAsked;

    // Written by the hub's thread alone.
    private Block tail = new Block(Block.BYTES_MIN);
    private volatile long watermark;
    private volatile End end;

    LiveStream(StreamId id, DisconnectPolicy onDisconnect) {
        this.id = id;
        this.onDisconnect = onDisconnect;
    }

    /** The stream's name. */
    public StreamId id() {
        return id;
    }

    DisconnectPolicy onDisconnect() {
        return onDisconnect;
    }

    /** When it is cancelled unless somebody reads it, or null. Hub thread. */
    Deadline deadline() {
        return deadline;
    }

    void deadline(Deadline deadline) {
        this.deadline = deadline;
    }

    /** Whether to ask for its cancel; true once. Hub thread. */
    boolean askCancel() {
        boolean isFirst = !isCancelAsked;
        isCancelAsked = true;
        return isFirst;
    }

    /** How far the furthest reader has come, as the producer was told. Any thread. */
    long credited() {
        return credited.get();
    }

    /** Bytes of text that are here. Any thread. */
    long watermark() {
        return watermark;
    }

    /** The last frame, or null. Once it is seen, so is all the text before it. Any thread. */
    End end() {
        return end;
    }

    Session[] sessions() {
        return sessions;
    }

    /** Where a session begins that follows from the start; only before any text has come. */
    Block start() {
        return tail;
    }

    synchronized void join(Session session) {
        sessions = Arrays.copyOf(sessions, sessions.length + 1);
        sessions[sessions.length - 1] = session;
    }

    /** Returns whether that was the last one. */
    synchronized boolean leave(Session session) {
        Session[] others = Arrays.stream(sessions).filter(other -> other != session).toArray(Session[]::new);
        boolean isLast = others.length == 0 && sessions.length > 0;
        sessions = others;
        return isLast;
    }

    /**
     * Adds a piece of text; what is here already is passed over. Hub thread.
     *
     * @param offset bytes of the stream's text before this piece
     * @return false if text before it is missing
     */
    boolean append(long offset, byte[] utf8, int from, int length) {
        long known = watermark - offset;
        if (known < 0) {
            return false;
        }
        if (known < length) {
            copy(utf8, from + (int) known, from + length);
            watermark += length - known;
        }
        return true;
    }

    private void copy(byte[] utf8, int from, int to) {
        int at = from;
        while (at < to) {
            int taken = wholeCharacters(utf8, at, Math.min(to, at + tail.utf8.length - tail.length), to);
            System.arraycopy(utf8, at, tail.utf8, tail.length, taken - at);
            tail.length += taken - at;
            at = taken;
            if (at < to) {
                Block next = new Block(Math.min(2 * tail.utf8.length, Block.BYTES_MAX));
                tail.next = next;
                tail = next;
            }
        }
    }

    /** Moves {@code end} back to where a character begins, unless it is the very end of the text. */
    private static int wholeCharacters(byte[] utf8, int from, int end, int to) {
        int at = end;
        while (at > from && at < to && Utf8.isContinuation(utf8[at])) {
            at--;
        }
        return at;
    }

    /** The last frame has come. Hub thread. */
    void end(End end) {
        this.end = end;
    }

    /**
     * A reader has taken the text up to here. Any thread.
     *
     * @param step how far the furthest reader must come before that is worth telling
     * @return whether the producer should be told now
     */
    boolean isWorthCrediting(long offset, long step) {
        long last = credited.get();
        return offset - last >= step && credited.compareAndSet(last, offset);
    }
}
