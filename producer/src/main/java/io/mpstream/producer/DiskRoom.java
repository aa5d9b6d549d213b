package io.mpstream.producer;

import io.mpstream.agent.Clock;
import io.mpstream.journal.Journal;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room is left on the disk of the journals, and what may still be done: a mapped file that meets a full disk kills the process, so
 * it must never get there. To look is a system call; it is done now and then, by bytes and by time. Any thread, except where a method says
 * otherwise.
 */
final class DiskRoom {
    private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);
    /** In these times others may write, too: seldom while there is more than a few times the floor. */
    private static final long LOOK_SELDOM_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LOOK_OFTEN_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int FLOORS_MANY = 4;
    private static final long LOOK_BYTES_MAX = 256 << 10;
    private static final int LOOKS_A_FLOOR = 64;
    private static final int LOOKS_A_SURPLUS = 16;

    /** What may be done, from all to nothing. */
    enum Level {
        /** The disk has more than its floor. */
        AMPLE,
        /** Below the floor: what runs goes on, and nothing new is started. */
        SHORT,
        /** Below half of it: what runs is ended, which takes little. */
        FULL,
        /** Below an eighth: nothing is written. */
        NONE
    }

    private final Journal<?> journal;
    private final long floor;
    private final Clock clock;
    private final Runnable onChange;
    private volatile Level level;

    // Confined to whoever has the appender's hand.
    private long bytesToLook;
    private long lookedNs;
    private long lookEveryNs = LOOK_OFTEN_NS;

    /**
     * The disk of this journal.
     *
     * @param floor    bytes that are to stay free
     * @param onChange called, on the thread that looks, when another level is reached than there is now
     */
    DiskRoom(Journal<?> journal, long floor, Clock clock, Runnable onChange) {
        this.journal = journal;
        this.floor = floor;
        this.clock = clock;
        this.onChange = onChange;
        this.lookedNs = clock.nanoTime();
        long room = journal.room();
        this.level = levelOf(room);
        if (isShort()) {
            tell(level, room);
        }
    }

    /** As of the last look. */
    Level level() {
        return level;
    }

    /** Whether there is less than there is to be. */
    boolean isShort() {
        return level != Level.AMPLE;
    }

    /** Looks now; returns the bytes that are free. */
    long look() {
        long room = journal.room();
        Level now = levelOf(room);
        Level before = level;
        level = now;
        if (now != before) {
            tell(now, room);
            onChange.run();
        }
        return room;
    }

    private Level levelOf(long room) {
        if (room >= floor) {
            return Level.AMPLE;
        }
        return room >= floor / 2 ? Level.SHORT : room >= floor / 8 ? Level.FULL : Level.NONE;
    }

    private void tell(Level now, long room) {
        switch (now) {
            case AMPLE -> LOG.info("the disk of the journals has room again, {} bytes", room);
            case SHORT -> LOG.warn("the disk of the journals has {} bytes left, less than --disk-floor: no answer is started", room);
            case FULL -> LOG.warn("the disk of the journals has {} bytes left, less than half of --disk-floor: answers are ended", room);
            case NONE -> LOG.error("the disk of the journals has {} bytes left, less than an eighth of --disk-floor: nothing is written", room);
        }
    }

    /** So many bytes were appended since the last call. With the appender's hand. */
    void appended(long bytes) {
        bytesToLook -= bytes;
    }

    /** Whether something may be appended; looks if it is time. With the appender's hand. */
    boolean admits() {
        long nowNs = clock.nanoTime();
        if (bytesToLook <= 0 || nowNs - lookedNs >= lookEveryNs) {
            lookedNs = nowNs;
            long room = look();
            lookEveryNs = room / FLOORS_MANY >= floor ? LOOK_SELDOM_NS : LOOK_OFTEN_NS;
            // Far from the floor only others could get there within this.
            bytesToLook = Math.max(Math.min(LOOK_BYTES_MAX, floor / LOOKS_A_FLOOR), (room - floor) / LOOKS_A_SURPLUS);
        }
        return level != Level.NONE;
    }
}
