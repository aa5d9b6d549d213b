package io.mpstream.streamer.text;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Utf8;

/**
 * The text of one stream, as a chain of blocks. The hub's thread appends, and takes out of memory what the journal has too;
 * sessions on any thread read behind it.
 */
public final class StreamText {
    /** Blocks from one step to the next, for whoever looks for an offset. */
    private static final int BLOCKS_A_STEP = 128;

    /** Time that a block may span: to read one again means to read all that was written meanwhile. */
    private static final long SPAN_MS_MAX = 60_000;

    private final StreamId stream;

    // Confined to the hub's thread.
    private Block step;
    private long blocks;
    private byte lastByte;
    /** The time at which the tail was begun, in the producer's milliseconds. */
    private long tailMs;
    private boolean isSealed;
    private Block tail;

    // Written by the hub's thread alone.
    private volatile Block first;
    private volatile long watermark;

    /** No text yet. */
    public StreamText(StreamId stream) {
        this.stream = stream;
    }

    /** Whose text it is. */
    StreamId stream() {
        return stream;
    }

    /** Bytes of text that have come. Once they are counted they can be read. Any thread. */
    public long watermark() {
        return watermark;
    }

    /** The first offset that can still be read. Any thread. */
    public long firstOffset() {
        // In this order: text that comes in between is behind it.
        long reached = watermark;
        Block block = first;
        return block == null ? reached : block.offset;
    }

    /** The block that holds this offset, or in which its text will come; null if that has gone or nothing has come. Any thread. */
    Block block(long offset) {
        Block at = first;
        if (at == null || offset < at.offset) {
            return null;
        }
        while (true) {
            Block far = at.far;
            Block next = at.next;
            if (far != null && far.offset <= offset) {
                at = far;
            } else if (next != null && next.offset <= offset) {
                at = next;
            } else {
                return at;
            }
        }
    }

    /** The oldest block, or null before any text has come. Any thread. */
    public Block first() {
        return first;
    }

    /** An answer whose beginning has left the journal goes on here. Before any text. */
    public void begin(long offset) {
        watermark = offset;
    }

    /**
     * Adds a piece of text; what is here already is passed over.
     *
     * @param offset   bytes of the stream's text before this piece
     * @param position of the journal's entry that it is in
     * @param atMs     when it was written, in the producer's milliseconds
     * @return false if text before it is missing
     */
    public boolean append(long offset, byte[] utf8, int from, int length, long position, long atMs, TextMemory memory) {
        long known = watermark - offset;
        if (known < 0) {
            return false;
        }
        if (known < length) {
            if (tail == null || atMs - tailMs > SPAN_MS_MAX) {
                extend(watermark, position, lastByte == '\r', memory);
                tailMs = atMs;
            }
            copy(utf8, from + (int) known, from + length, position, memory);
            lastByte = utf8[from + length - 1];
            watermark += length - known;
        }
        return true;
    }

    private void copy(byte[] utf8, int from, int to, long position, TextMemory memory) {
        int at = from;
        while (at < to) {
            int taken = Utf8.cut(utf8, at, Math.min(to, at + tail.room()), to);
            if (taken > at) {
                tail.append(utf8, at, taken - at);
                at = taken;
            }
            if (at < to) {
                byte before = at > from ? utf8[at - 1] : lastByte;
                extend(watermark + at - from, position, before == '\r', memory);
            }
        }
    }

    private void extend(long offset, long position, boolean isAfterCr, TextMemory memory) {
        int capacity = tail == null ? Block.BYTES_MIN : Math.clamp(2L * tail.length, Block.BYTES_MIN, memory.blockBytesMax());
        Block next = new Block(offset, position, isAfterCr, capacity);
        memory.begun(next, capacity);
        if (tail == null) {
            first = next;
            step = next;
        } else {
            memory.sealed(tail);
            tail.next = next;
            if (++blocks % BLOCKS_A_STEP == 0) {
                step.far = next;
                step = next;
            }
        }
        tail = next;
    }

    /** Leaves memory: nobody will ask for it again. Any thread. */
    public void forget(TextMemory memory) {
        Block oldest = first;
        if (oldest != null) {
            memory.forget(oldest);
        }
    }

    /**
     * Forgets the text of entries that have left the journal.
     *
     * @param firstPosition of the oldest entry that is left
     */
    public void prune(long firstPosition, TextMemory memory) {
        while (first != null && first.position < firstPosition && (first != tail || isSealed)) {
            first.isGone = true;
            memory.release(first);
            first = first.next;
        }
    }

    /** No text comes any more. */
    public void seal(TextMemory memory) {
        isSealed = true;
        if (tail != null) {
            memory.sealed(tail);
        }
    }
}
