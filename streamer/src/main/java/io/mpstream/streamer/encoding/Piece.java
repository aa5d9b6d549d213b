package io.mpstream.streamer.encoding;

import io.mpstream.protocol.StreamId;

/**
 * A piece of a stream's text on its way to a client: whole characters in somebody else's array. A view that is filled
 * again and again, because there is one for every few characters. Confined to one thread.
 */
public final class Piece {
    private StreamId stream;
    private long offset;
    private byte[] utf8 = {};
    private int from;
    private int to;
    private boolean isAfterCr;
    private boolean isLast;

    /** A view of nothing yet. */
    public Piece() {
    }

    /**
     * Points this view at a piece of text. Nothing is copied.
     *
     * @param stream    whose text it is
     * @param offset    bytes of text before this piece
     * @param utf8      holds the text
     * @param from      where in {@code utf8} it begins
     * @param to        where it ends
     * @param isAfterCr whether the character before it is a carriage return
     * @param isLast    whether the stream's text ends with it
     * @return this
     */
    public Piece set(StreamId stream, long offset, byte[] utf8, int from, int to, boolean isAfterCr, boolean isLast) {
        this.stream = stream;
        this.offset = offset;
        this.utf8 = utf8;
        this.from = from;
        this.to = to;
        this.isAfterCr = isAfterCr;
        this.isLast = isLast;
        return this;
    }

    /** Whose text it is. */
    public StreamId stream() {
        return stream;
    }

    /** Bytes of text before this piece. */
    public long offset() {
        return offset;
    }

    /** The array that holds the text. */
    public byte[] utf8() {
        return utf8;
    }

    /** The index in {@link #utf8()} at which the piece begins. */
    public int from() {
        return from;
    }

    /** The index in {@link #utf8()} at which the piece ends. */
    public int to() {
        return to;
    }

    /** Whether the character before it is a carriage return. */
    public boolean isAfterCr() {
        return isAfterCr;
    }

    /** Whether the stream's text ends with it. */
    public boolean isLast() {
        return isLast;
    }
}
