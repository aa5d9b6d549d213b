package io.mpstream.producer;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.StreamId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The answers without an end in the journal, and the {@link Checkpoint.State} that follows from them. The oldest one holds the
 * positions back, since a next run must find its query; but one that has run for long is carried instead: its name and its
 * length are all that a next run needs to end it, and what that needs to go on with it may leave the journals. Otherwise a feed that runs for weeks would keep all that
 * was written since. One that waits holds the positions back until it has had its turn, which may come long after younger
 * ones have had theirs; what those have done is read again by a next run. Confined to the dispatcher's thread except where a method says otherwise.
 */
final class OpenAnswers {
    /** The time that an answer holds the positions back: the journals keep that much more, and most answers are over by then. */
    static final long CARRY_AFTER_NS = TimeUnit.SECONDS.toNanos(60);

    /** A single value, so that nobody sees positions that have passed a query whose answer is not among the carried yet. */
    private record Standing(Positions positions, List<Answer> carried) {
    }

    /** Oldest query first, whatever the order in which they start. */
    private final SequencedMap<StreamId, Answer> holding = new LinkedHashMap<>();
    private final SequencedMap<StreamId, Answer> carried = new LinkedHashMap<>();
    /** Whether the carried answers are others than those of the standing. */
    private boolean hasChanged;
    private volatile Standing standing;

    /**
     * The open answers at the start of a run.
     *
     * @param positions all is done up to there
     * @param carried   answers that the checkpoint of an earlier run carries: so must this one's, until their ends are in the
     *                  journal
     */
    OpenAnswers(Positions positions, List<Answer> carried) {
        carried.forEach(answer -> this.carried.put(answer.stream(), answer));
        standing = new Standing(positions, carried);
    }

    /** A query was read: its answer holds the positions back. */
    void hold(Answer answer) {
        holding.put(answer.stream(), answer);
    }

    /** The answer of this stream, or null if none is open. */
    Answer find(StreamId stream) {
        Answer answer = holding.get(stream);
        return answer == null ? carried.get(stream) : answer;
    }

    /** The end of this stream is in the journal. */
    void remove(StreamId stream) {
        if (holding.remove(stream) == null) {
            hasChanged |= carried.remove(stream) != null;
        }
    }

    boolean isEmpty() {
        return holding.isEmpty() && carried.isEmpty();
    }

    /**
     * Moves the positions on as far as they may go.
     *
     * @param furthest where they would be if no answer held them back: all that was in the response journal up to there was
     *                 known to this object before now
     */
    void advance(Positions furthest, long nowNs) {
        carryLongRunning(nowNs);
        Positions positions = holding.isEmpty() ? furthest : holding.firstEntry().getValue().positions();
        // Copied only when it is another: there may be many, and a round is short.
        List<Answer> names = hasChanged ? List.copyOf(carried.values()) : standing.carried();
        hasChanged = false;
        standing = new Standing(positions, names);
    }

    /** Up to the first that waits or has not run for long: one behind it need not be carried, since the positions do not pass that. */
    private void carryLongRunning(long nowNs) {
        while (!holding.isEmpty() && holding.firstEntry().getValue().hasRunFor(CARRY_AFTER_NS, nowNs)) {
            Map.Entry<StreamId, Answer> oldest = holding.pollFirstEntry();
            carried.put(oldest.getKey(), oldest.getValue());
            hasChanged = true;
        }
    }

    /** Ends those that run, not those that wait, and returns them. */
    List<Answer> failRunning(String reason) {
        return Stream.concat(holding.values().stream(), carried.values().stream()).filter(answer -> answer.fail(reason)).toList();
    }

    /**
     * Has the carried answers said again that have been silent, so that a frame of each is left when older ones leave. Any thread.
     *
     * @param since position of the response journal: silent is what has no frame that is known to come after it
     */
    void remindCarried(long since) {
        for (Answer answer : standing.carried()) {
            long after = answer.framesAfter();
            if (after < since || after == Journal.START) {
                answer.remind();
            }
        }
    }

    /** Position of the response journal from which on there is a frame of each carried answer; {@link Journal#START} if that is not known. Any thread. */
    long carriedFrom() {
        return standing.carried().stream().mapToLong(Answer::framesAfter).min().orElse(Long.MAX_VALUE);
    }

    /** The positions that the producer has come to. Any thread. */
    Positions positions() {
        return standing.positions();
    }

    /**
     * The state for a checkpoint. Offsets are of the time of the call, so not before the positions, as they must be. For any thread.
     */
    Checkpoint.State checkpointState() {
        Standing now = standing;
        Map<StreamId, Long> offsets = LinkedHashMap.newLinkedHashMap(now.carried().size());
        now.carried().forEach(answer -> offsets.put(answer.stream(), answer.committed()));
        return new Checkpoint.State(now.positions(), offsets);
    }
}
