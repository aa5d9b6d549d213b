package io.mpstream.streamer.admission;

import io.mpstream.agent.Clock;
import io.mpstream.protocol.End;
import io.mpstream.protocol.FairQueue;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.stream.LiveStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The queries that wait, served round the accounts by the same rule as in the producer, so that their places can be told; and how long answers
 * take. Confined to the hub's thread except where a method says otherwise.
 */
public final class WaitQueue {
    private static final int RETRY_AFTER_S_MAX = 60;
    /** Answers over which the service time is averaged. */
    private static final int ANSWERS_AVERAGED = 8;

    /** The first place is told soon, a change of place now and then. */
    private static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private FairQueue<LiveStream> waiting = new FairQueue<>();
    private final Queue<LiveStream> accepted = new ConcurrentLinkedQueue<>();
    private final Clock clock;
    private final LongConsumer wakeAfterNs;
    /** When those that wait are numbered; 0 when nobody waits. */
    private volatile long dueNs;
    /** When all are told their places, not only those that have none: that is work for each of their sessions. */
    private long allDueNs;
    private boolean isForAll;
    private int numbered;
    private volatile int running;
    private volatile long serviceMs = StreamStatus.UNKNOWN;

    /** An empty queue; {@code wakeAfterNs} wakes the hub's thread after so many nanoseconds. */
    public WaitQueue(Clock clock, LongConsumer wakeAfterNs) {
        this.clock = clock;
        this.wakeAfterNs = wakeAfterNs;
        this.allDueNs = clock.nanoTime();
    }

    /** The query of this stream is in the journal now. Any thread, in the order of the journal. */
    public void accepted(LiveStream stream) {
        accepted.add(stream);
        // After it is in the line: who resets this looks at the line afterwards.
        long soonNs = clock.nanoTime() + FIRST_NS;
        long due = dueNs;
        if (due == 0 || due - soonNs > 0) {
            dueNs = soonNs;
            wakeAfterNs.accept(FIRST_NS);
        }
    }

    /** The answer has begun. */
    public void started(LiveStream stream) {
        waiting.served(stream.asked().turn(), stream);
        running++;
    }

    /** The stream has ended, whether it had started or not. */
    public void ended(LiveStream stream, End end) {
        if (!stream.hasStarted()) {
            waiting.remove(stream.asked().turn(), stream);
            return;
        }
        running--;
        long tookMs = Math.max(0, end.atMs() - stream.startedAtMs());
        serviceMs = serviceMs == StreamStatus.UNKNOWN ? tookMs : serviceMs + (tookMs - serviceMs) / ANSWERS_AVERAGED;
    }

    /** The stream, which has started, is known by another from now on. */
    public void forgotten(LiveStream stream) {
        running -= stream.hasStarted() ? 1 : 0;
    }

    /** Another run of the producer has begun: it deals out turns anew, in the order of the journal. */
    public void dealAgain() {
        List<LiveStream> all = new ArrayList<>(waiting.size());
        waiting.forEachInTurn(all::add);
        all.sort(Comparator.comparingLong(stream -> stream.asked().serial()));
        waiting = new FairQueue<>();
        all.forEach(stream -> waiting.add(stream.asked().turn(), stream));
    }

    /** Tells those that wait their places, now and then, and their sessions when one has changed. */
    public void number(long nowNs) {
        // Most have started by now, in the order in which they came: they are not to be kept until the next numbering.
        for (LiveStream first = accepted.peek(); first != null && isServed(first); first = accepted.peek()) {
            accepted.poll();
        }
        if (dueNs == 0 || nowNs - dueNs < 0) {
            return;
        }
        dueNs = 0;
        for (LiveStream stream = accepted.poll(); stream != null; stream = accepted.poll()) {
            if (!isServed(stream)) {
                waiting.add(stream.asked().turn(), stream);
            }
        }
        isForAll = nowNs - allDueNs >= 0;
        allDueNs = isForAll ? nowNs + EVERY_NS : allDueNs;
        numbered = 0;
        waiting.forEachInTurn(this::number);
        if (numbered > 0 && dueNs == 0) {
            dueNs = allDueNs;
            wakeAfterNs.accept(allDueNs - nowNs);
        }
    }

    private void number(LiveStream stream) {
        numbered++;
        if (stream.place() == 0 || isForAll && stream.place() != numbered) {
            stream.place(numbered);
            stream.followers().wake();
        }
    }

    private static boolean isServed(LiveStream stream) {
        return stream.hasStarted() || stream.end() != null;
    }

    /** Answers that have begun and not ended. */
    public int running() {
        return running;
    }

    /** Milliseconds until the one at this place is likely to start, or {@link StreamStatus#UNKNOWN}. Any thread. */
    public long estimateMs(int place) {
        int places = running;
        long each = serviceMs;
        return each == StreamStatus.UNKNOWN || places == 0 ? StreamStatus.UNKNOWN : place * each / places;
    }

    /** Seconds after which one of all the places is likely to be free: 1 to 60. Any thread. */
    public int retryAfterS() {
        return Math.clamp(TimeUnit.MILLISECONDS.toSeconds(estimateMs(1)) + 1, 1, RETRY_AFTER_S_MAX);
    }
}
