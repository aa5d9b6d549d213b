package io.mpstream.producer;

import io.mpstream.protocol.StreamId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The answers without an end in the journal, and the positions that follow from them. The oldest one holds the positions back, since a next
 * run must find its query; but one that has run for long is let go when it is in the journal that it runs: that frame has all that a next run
 * needs, and is said again each minute. Otherwise a feed that runs for weeks would keep all that was written since. One that waits holds the
 * positions back until it has had its turn, which may come long after younger ones have had theirs; what those have done is read again by a
 * next run. Confined to the dispatcher's thread except where a method says otherwise.
 */
final class OpenAnswers {
    private static final long LOOK_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    /** An answer, and from where on a next run must read to find what it needs of it. */
    private record Held(Answer answer, Positions positions) {
    }

    /** A single value, so that nobody sees positions that have passed a query whose answer is not among the running yet. */
    private record Standing(Positions positions, List<Answer> running) {
    }

    /** Oldest positions first, whatever the order in which they start. */
    private final SequencedMap<StreamId, Held> holding = new LinkedHashMap<>();
    /** Those of which it is in the journal that they run. */
    private final SequencedMap<StreamId, Answer> running = new LinkedHashMap<>();
    /** Whether the running answers are others than those of the standing. */
    private boolean hasChanged;
    private long lookedNs;
    private volatile Standing standing;

    /**
     * The open answers at the start of a run.
     *
     * @param positions all is done up to there
     * @param running   answers of an earlier run of which it is in the journal that they run
     */
    OpenAnswers(Positions positions, List<Answer> running, long nowNs) {
        running.forEach(answer -> this.running.put(answer.stream(), answer));
        standing = new Standing(positions, running);
        lookedNs = nowNs - LOOK_EVERY_NS;
    }

    /**
     * An answer holds the positions back: its query was read, or what ends it.
     *
     * @param positions of the entry before that, and from where on there are frames of later queries
     */
    void hold(Answer answer, Positions positions) {
        holding.putIfAbsent(answer.stream(), new Held(answer, positions));
    }

    /** Takes an answer of an earlier run whose query is known no more: until its end, a next run must find all that there is of it. */
    void add(Answer answer) {
        hasChanged |= running.put(answer.stream(), answer) == null;
    }

    /** The answer of this stream, or null if none is open. */
    Answer find(StreamId stream) {
        Held held = holding.get(stream);
        return held == null ? running.get(stream) : held.answer();
    }

    /** The end of this stream is in the journal. */
    void remove(StreamId stream) {
        holding.remove(stream);
        hasChanged |= running.remove(stream) != null;
    }

    boolean isEmpty() {
        return holding.isEmpty() && running.isEmpty();
    }

    /** Has those say that they run for which it is time. */
    void sayRunning(long nowNs) {
        if (nowNs - lookedNs >= LOOK_EVERY_NS) {
            lookedNs = nowNs;
            // One that is in both is asked twice, and says it once.
            holding.values().forEach(held -> held.answer().sayRunning(nowNs));
            running.values().forEach(answer -> answer.sayRunning(nowNs));
        }
    }

    /**
     * Moves the positions on as far as they may go.
     *
     * @param furthest where they would be if no answer held them back: all that was in the response journal up to there was
     *                 known to this object before now
     */
    void advance(Positions furthest) {
        letRunningGo();
        Positions positions = holding.isEmpty() ? furthest : holding.firstEntry().getValue().positions();
        // Copied only when it is another: there may be many, and a round is short.
        List<Answer> names = hasChanged ? List.copyOf(running.values()) : standing.running();
        hasChanged = false;
        standing = new Standing(positions, names);
    }

    /** Up to the first that must be held: the positions do not pass that. */
    private void letRunningGo() {
        while (!holding.isEmpty()) {
            Answer oldest = holding.firstEntry().getValue().answer();
            if (!oldest.isSaidToRun() || oldest.isStopped()) {
                return;
            }
            holding.pollFirstEntry();
            add(oldest);
        }
    }

    /** Ends those that run, not those that wait, and returns them. */
    List<Answer> failRunning(String reason) {
        return Stream.concat(holding.values().stream().map(Held::answer), running.values().stream()).distinct().filter(answer -> answer.fail(reason)).toList();
    }

    /** The positions that the producer has come to. Any thread. */
    Positions positions() {
        return standing.positions();
    }

    /** The positions for a checkpoint: from there on it is in the response journal of each running answer that it runs. Any thread. */
    Positions checkpoint() {
        Standing now = standing;
        long from = now.running().stream().mapToLong(Answer::runningFrom).min().orElse(Long.MAX_VALUE);
        return new Positions(now.positions().request(), Math.min(now.positions().response(), from));
    }
}
