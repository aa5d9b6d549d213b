package io.mpstream.streamer.hub;

import io.mpstream.protocol.Running;
import io.mpstream.streamer.stream.LiveStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The streams without an end of which it must be found out whether they will have one. A query that was read again either waits, or is answered
 * now, or its answer or its end has left the journal or is in a part that is damaged: which it is the producer's leases tell, and its word that
 * an answer runs. Confined to the hub's thread.
 */
final class CatchUp {
    /** A lease is given each second while an answer is open, and each minute it is said of one that it runs. */
    private static final int LEASES_MAX = 180;

    /** In the order of the request journal. */
    private final Deque<Unsettled> unsettled = new ArrayDeque<>();
    /** How many leases there had been when it was said last that these run. */
    private final Map<LiveStream, Long> running = new HashMap<>();
    private long leases;

    /** A stream, and where its query is in the request journal. */
    private record Unsettled(LiveStream stream, long position) {
    }

    /** The query of this stream was read again, at this position. */
    void add(LiveStream stream, long position) {
        unsettled.add(new Unsettled(stream, position));
    }

    /** There was a {@link Running} of this stream. */
    void running(LiveStream stream) {
        running.put(stream, leases);
    }

    /** The stream has ended. */
    void ended(LiveStream stream) {
        running.remove(stream);
    }

    /** Takes out those without a frame that are older than what is retained: no answer to them can be left. */
    List<LiveStream> outdated(long oldestMs) {
        List<LiveStream> outdated = new ArrayList<>();
        unsettled.removeIf(each -> {
            boolean isOutdated = !each.stream.hasStarted() && each.stream.end() == null && each.stream.asked().acceptedAtMs() < oldestMs;
            if (isOutdated) {
                outdated.add(each.stream);
            }
            return isOutdated;
        });
        return outdated;
    }

    /**
     * Takes out those of whose answers nothing, or not the end, is left.
     *
     * @param settled each query up to this position has its end, or a {@link Running}, in what was read before
     */
    List<LiveStream> gone(long settled) {
        List<LiveStream> gone = new ArrayList<>();
        while (!unsettled.isEmpty() && unsettled.getFirst().position <= settled) {
            LiveStream first = unsettled.removeFirst().stream;
            if (first.end() == null && !running.containsKey(first)) {
                gone.add(first);
            }
        }
        return gone;
    }

    /**
     * A lease was given. Takes out those of which it was said for long no more that they run.
     *
     * @param isAnotherRun whether it is the first of its producer, who had no time yet to say so
     */
    List<LiveStream> silent(boolean isAnotherRun) {
        leases++;
        if (isAnotherRun) {
            running.replaceAll((stream, before) -> leases);
        }
        List<LiveStream> silent = new ArrayList<>();
        running.forEach((stream, at) -> {
            if (leases - at > LEASES_MAX) {
                silent.add(stream);
            }
        });
        running.keySet().removeAll(silent);
        return silent;
    }
}
