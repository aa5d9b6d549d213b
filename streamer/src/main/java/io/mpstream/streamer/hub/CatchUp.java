package io.mpstream.streamer.hub;

import io.mpstream.streamer.stream.LiveStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The queries that were read again, for which no frame has been seen: each of them either waits, or its answer has left the journal.
 * Which it is the producer's leases tell. Confined to the hub's thread.
 */
final class CatchUp {
    /** In the order of the request journal. */
    private final Deque<Silent> silent = new ArrayDeque<>();

    /** A stream, and where its query is in the request journal. */
    private record Silent(LiveStream stream, long position) {
        boolean isSilent() {
            return !stream.hasStarted() && stream.end() == null;
        }
    }

    /** The query of this stream is at this position. */
    void add(LiveStream stream, long position) {
        silent.add(new Silent(stream, position));
    }

    /** Takes out those that are older than what is retained: no answer to them can be left. */
    List<LiveStream> outdated(long oldestMs) {
        List<LiveStream> outdated = new ArrayList<>();
        silent.removeIf(each -> {
            boolean isOutdated = each.isSilent() && each.stream.asked().acceptedAtMs() < oldestMs;
            if (isOutdated) {
                outdated.add(each.stream);
            }
            return isOutdated;
        });
        return outdated;
    }

    /**
     * Takes out those whose answer has left the journal.
     *
     * @param settled   all queries up to this position have been answered or run for long, and that was read before
     * @param onRunning told of those of which some frames were seen, and no end
     */
    List<LiveStream> gone(long settled, Consumer<LiveStream> onRunning) {
        List<LiveStream> gone = new ArrayList<>();
        while (!silent.isEmpty() && silent.getFirst().position <= settled) {
            Silent first = silent.removeFirst();
            if (first.isSilent()) {
                gone.add(first.stream);
            } else if (first.stream.end() == null) {
                onRunning.accept(first.stream);
            }
        }
        return gone;
    }
}
