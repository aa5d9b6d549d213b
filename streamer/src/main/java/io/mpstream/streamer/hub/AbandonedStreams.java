package io.mpstream.streamer.hub;

import io.mpstream.agent.Clock;
import io.mpstream.settings.Bound;
import io.mpstream.streamer.stream.Deadline;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.stream.StreamDirectory;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * The streams that nobody reads, and when each is cancelled unless somebody does. Confined to the hub's thread except where a
 * method says otherwise.
 */
final class AbandonedStreams {
    /** How long an answer that may go on without readers waits for one when it can go no further. */
    private static final Duration STUCK_AFTER = Bound.UNREAD.time();
    /** Each streamer says every second what it watches; one that is late has not stopped. */
    static final long WATCHED_NS = TimeUnit.SECONDS.toNanos(3);
    /** What another streamer watches is looked at again after this. */
    private static final Duration WATCHED_FOR = Duration.ofNanos(WATCHED_NS);

    private final NavigableSet<Deadline> deadlines = new TreeSet<>();
    private final Queue<LiveStream> left = new ConcurrentLinkedQueue<>();
    private final StreamDirectory directory;
    private final long aheadBytes;
    private final BiConsumer<LiveStream, String> cancel;
    private final Predicate<LiveStream> isWatchedElsewhere;
    private final Clock clock;
    private final LongConsumer wakeAfterNs;

    /**
     * None yet.
     *
     * @param aheadBytes how far an answer may run ahead of its furthest reader
     * @param cancel     is told of each that nobody has read in its time, and why it is cancelled
     * @param isWatchedElsewhere whether another streamer has readers of it
     * @param wakeAfterNs wakes the hub's thread after so many nanoseconds
     */
    AbandonedStreams(StreamDirectory directory, long aheadBytes, BiConsumer<LiveStream, String> cancel, Predicate<LiveStream> isWatchedElsewhere,
            Clock clock, LongConsumer wakeAfterNs) {
        this.directory = directory;
        this.aheadBytes = aheadBytes;
        this.cancel = cancel;
        this.isWatchedElsewhere = isWatchedElsewhere;
        this.clock = clock;
        this.wakeAfterNs = wakeAfterNs;
    }

    /** Nobody reads this one any more, or yet. Any thread. */
    void left(LiveStream stream) {
        left.add(stream);
    }

    /** Begins the time of those that were left, and cancels those whose time is over; returns how many. */
    int poll() {
        int work = 0;
        for (LiveStream stream = left.poll(); stream != null; stream = left.poll()) {
            work++;
            if (stream.end() == null && stream.followers().isEmpty()) {
                begin(stream);
            }
        }
        int due = 0;
        while (!deadlines.isEmpty() && clock.nanoTime() - deadlines.first().atNs() >= 0) {
            LiveStream stream = directory.find(deadlines.pollFirst().stream());
            if (stream != null) {
                stream.deadline(null);
                onDue(stream);
            }
            due++;
        }
        if (due > 0 && !deadlines.isEmpty()) {
            wakeForFirst();
        }
        return work + due;
    }

    private void begin(LiveStream stream) {
        if (stream.terms().goesOn()) {
            advanced(stream);
        } else {
            add(stream, stream.terms().onDisconnect());
        }
    }

    /** There is more text: one without readers that is as far ahead as it may be waits for one, but not for ever. */
    void advanced(LiveStream stream) {
        if (stream.followers().isEmpty() && stream.deadline() == null && isStuck(stream)) {
            add(stream, STUCK_AFTER);
        }
    }

    private boolean isStuck(LiveStream stream) {
        return stream.watermark() - stream.credited() >= aheadBytes;
    }

    private void add(LiveStream stream, Duration after) {
        drop(stream);
        Deadline deadline = new Deadline(clock.nanoTime() + after.toNanos(), stream.id());
        stream.deadline(deadline);
        deadlines.add(deadline);
        if (deadlines.first() == deadline) {
            wakeForFirst();
        }
    }

    private void wakeForFirst() {
        wakeAfterNs.accept(Math.max(0, deadlines.first().atNs() - clock.nanoTime()));
    }

    private void onDue(LiveStream stream) {
        if (!stream.followers().isEmpty()) {
            return;
        }
        boolean goesOn = stream.terms().goesOn();
        if (goesOn && !isStuck(stream)) {
            return;
        }
        if (isWatchedElsewhere.test(stream)) {
            // Then it has its readers' time once more.
            Duration time = goesOn ? STUCK_AFTER : stream.terms().onDisconnect();
            add(stream, time.compareTo(WATCHED_FOR) > 0 ? time : WATCHED_FOR);
        } else if (!goesOn) {
            cancel.accept(stream, "nobody was reading");
        } else {
            cancel.accept(stream, "nobody was reading, and it was as far ahead as it may be");
        }
    }

    /** It has ended. */
    void drop(LiveStream stream) {
        if (stream.deadline() != null) {
            deadlines.remove(stream.deadline());
            stream.deadline(null);
        }
    }
}
