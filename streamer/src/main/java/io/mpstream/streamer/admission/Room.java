package io.mpstream.streamer.admission;

import io.mpstream.agent.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How much room the disk of the journals has, looked at now and then. A mapped file that meets a full disk kills its process. Any thread. */
public final class Room {
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Below such a part of the floor nothing at all is written. */
    private static final int OUT_PARTS = 8;

    private final LongSupplier bytes;
    private final long floor;
    private final Clock clock;
    private final AtomicLong lookedNs;
    private volatile long lastBytes;

    /**
     * The room that this tells.
     *
     * @param bytes free now; a system call
     * @param floor below it no query is taken
     */
    public Room(LongSupplier bytes, long floor, Clock clock) {
        this.bytes = bytes;
        this.floor = floor;
        this.clock = clock;
        this.lookedNs = new AtomicLong(clock.nanoTime());
        this.lastBytes = bytes.getAsLong();
    }

    private long bytes() {
        long nowNs = clock.nanoTime();
        long last = lookedNs.get();
        if (nowNs - last >= LOOK_EVERY_NS && lookedNs.compareAndSet(last, nowNs)) {
            lastBytes = bytes.getAsLong();
        }
        return lastBytes;
    }

    /** Whether queries must wait until there is more. */
    public boolean isShort() {
        return bytes() < floor;
    }

    /** Whether nothing may be written. */
    boolean isOut() {
        return bytes() < floor / OUT_PARTS;
    }
}
