package io.mpstream.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A piece of a stream's text: whole UTF-8 characters and the offset at which they begin, so that applying a frame
 * twice changes nothing.
 *
 * <p>There is one of these for every few characters, so it is a view that is filled again and again, not a value: what
 * a tailer hands out holds until the handler returns. Confined to one thread.
 */
public final class Text implements Frame {
    private long streamHigh;
    private long streamLow;
    private long offset;
    private long atMs;
    private byte[] utf8 = {};
    private int from;
    private int length;

    /**
     * Points this view at a piece of text. Nothing is copied.
     *
     * @param streamHigh upper half of the {@link StreamId}
     * @param streamLow  lower half of the {@link StreamId}
     * @param offset     bytes of text before this piece
     * @param utf8       holds the text
     * @param from       where in {@code utf8} it begins
     * @param length     its bytes
     * @param atMs       wall-clock milliseconds when it was written
     * @return this
     */
    public Text set(long streamHigh, long streamLow, long offset, byte[] utf8, int from, int length, long atMs) {
        this.streamHigh = streamHigh;
        this.streamLow = streamLow;
        this.offset = offset;
        this.utf8 = utf8;
        this.from = from;
        this.length = length;
        this.atMs = atMs;
        return this;
    }

    /** Upper half of the stream's id. */
    public long streamHigh() {
        return streamHigh;
    }

    /** Lower half of the stream's id. */
    public long streamLow() {
        return streamLow;
    }

    /** Bytes of the stream's text before this piece. */
    public long offset() {
        return offset;
    }

    /** The array that holds the text, from {@link #from()} on for {@link #length()} bytes. */
    public byte[] utf8() {
        return utf8;
    }

    /** Where in {@link #utf8()} the text begins. */
    public int from() {
        return from;
    }

    /** Bytes of text. */
    public int length() {
        return length;
    }

    /** Wall-clock milliseconds when it was written; for people and logs. */
    public long atMs() {
        return atMs;
    }

    /** Says which piece this is, with its text. */
    @Override
    public String toString() {
        return "Text[" + new StreamId(streamHigh, streamLow) + "+" + offset + " \""
                + new String(utf8, from, length, StandardCharsets.UTF_8) + "\"]";
    }
}
