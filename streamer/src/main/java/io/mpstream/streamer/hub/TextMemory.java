package io.mpstream.streamer.hub;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the text that is in memory. What is beyond the bound is read from the journal when it is wanted. Any thread. */
final class TextMemory {
    private final AtomicLong bytes = new AtomicLong();
    private final long bytesMax;

    TextMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void took(long more) {
        bytes.addAndGet(more);
    }

    void gave(long less) {
        bytes.addAndGet(-less);
    }

    /** Bytes in memory. */
    long bytes() {
        return bytes.get();
    }

    /** The bound. */
    long bytesMax() {
        return bytesMax;
    }

    /** Whether it is better to keep nothing that nobody is about to read. */
    boolean isShort() {
        return bytes.get() > bytesMax / 2;
    }

    /** Whether some of it must go. */
    boolean isTooMuch() {
        return bytes.get() > bytesMax;
    }

    /** Whether enough has gone, so that the next time is not at once. */
    boolean isEnough() {
        return bytes.get() <= bytesMax - stepBytes();
    }

    /** A part of the bound that is worth the work. */
    long stepBytes() {
        return bytesMax / 4;
    }
}
