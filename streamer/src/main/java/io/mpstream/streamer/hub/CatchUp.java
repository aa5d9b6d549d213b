package io.mpstream.streamer.hub;

import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The queries of earlier runs of the streamer for which no frame has been seen: each of them either waits, or its answer has left the journal.
 * Which it is the producer's leases tell. Confined to the hub's thread.
 */
final class CatchUp {
    private static final int ENTRIES_A_POLL = 64;

    /** In the order of the request journal. */
    private final Deque<Silent> silent = new ArrayDeque<>();

    /** A stream, and where its query is in the request journal. */
    private record Silent(LiveStream stream, long position) {
        boolean isSilent() {
            return !stream.hasStarted() && stream.end() == null;
        }
    }

    /** Tells of each request that is retained, in order. */
    static void read(Tailer<Request> requests, Consumer<Request> onRequest) {
        while (requests.poll(onRequest, ENTRIES_A_POLL) > 0) {
            // Until the end; nobody else writes this journal.
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
            boolean isOutdated = each.isSilent() && each.stream.acceptedAtMs() < oldestMs;
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
     * @param settled all queries up to this position have been answered, and that was read before
     */
    List<LiveStream> gone(long settled) {
        List<LiveStream> gone = new ArrayList<>();
        while (!silent.isEmpty() && silent.getFirst().position <= settled) {
            Silent first = silent.removeFirst();
            if (first.isSilent()) {
                gone.add(first.stream);
            }
        }
        return gone;
    }
}
