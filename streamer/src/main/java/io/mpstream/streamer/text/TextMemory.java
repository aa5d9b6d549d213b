package io.mpstream.streamer.text;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the text that is in memory. What is beyond the bound is read from the journal when it is wanted. Any thread. */
public final class TextMemory {
    /** Somebody who is not further behind is about to read. */
    private static final long NEAR_BYTES_MIN = 16 * 1024;

    private final AtomicLong bytes = new AtomicLong();
    private final long bytesMax;
    /** Written by the hub's thread. */
    private volatile int running = 1;

    /** An empty memory; {@code bytesMax} is its bound. */
    public TextMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void took(long more) {
        bytes.addAndGet(more);
    }

    void gave(long less) {
        bytes.addAndGet(-less);
    }

    /** Bytes in memory. */
    public long bytes() {
        return bytes.get();
    }

    /** The bound. */
    long bytesMax() {
        return bytesMax;
    }

    /** So many answers run, which share it. */
    public void running(int answers) {
        running = Math.max(1, answers);
    }

    /** Whether it is better to keep nothing that nobody is about to read. */
    boolean isShort() {
        return bytes.get() > bytesMax / 2;
    }

    /** How far behind a running answer's end a reader may be for whom what comes now is kept. */
    long nearBytes() {
        return isShort() ? Math.max(NEAR_BYTES_MIN, bytesMax / running) : Long.MAX_VALUE;
    }

    /** Whether some of it must go. */
    public boolean isTooMuch() {
        return bytes.get() > bytesMax;
    }

    /** Whether enough has gone, so that the next time is not at once. */
    public boolean isEnough() {
        return bytes.get() <= bytesMax - stepBytes();
    }

    /** A part of the bound that is worth the work. */
    public long stepBytes() {
        return bytesMax / 4;
    }
}
