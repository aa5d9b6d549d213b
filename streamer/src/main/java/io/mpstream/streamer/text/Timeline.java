package io.mpstream.streamer.text;

import java.util.Arrays;

/** The times at which the text of a block was written: for readers who want the pauses too. Filled by one thread, then read by another. */
public final class Timeline {
    private static final int CAPACITY_MIN = 16;

    private long[] offsets = new long[CAPACITY_MIN];
    private long[] atMs = new long[CAPACITY_MIN];
    private int size;

    /** The text up to this offset was there at this time. */
    void add(long offset, long ms) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            atMs = Arrays.copyOf(atMs, 2 * size);
        }
        offsets[size] = offset;
        atMs[size] = ms;
        size++;
    }

    /** Returns the offset that the text had reached at this time, at least {@code from}. */
    public long reached(long from, long ms) {
        long reached = from;
        for (int i = 0; i < size && atMs[i] <= ms; i++) {
            reached = Math.max(reached, offsets[i]);
        }
        return reached;
    }

    /** Returns when text after this offset came first, or -1 if that is not in here. */
    public long after(long offset) {
        for (int i = 0; i < size; i++) {
            if (offsets[i] > offset) {
                return atMs[i];
            }
        }
        return -1;
    }
}
