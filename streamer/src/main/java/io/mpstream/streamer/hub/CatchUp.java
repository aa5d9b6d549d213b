package io.mpstream.streamer.hub;

import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the request journal says of queries that an earlier run of the streamer had taken. */
final class CatchUp {
    private static final int ENTRIES_A_POLL = 64;

    private CatchUp() {
    }

    /** Tells of each request that is retained, in order. */
    static void read(Tailer<Request> requests, Consumer<Request> onRequest) {
        while (requests.poll(onRequest, ENTRIES_A_POLL) > 0) {
            // Until the end; nobody else writes this journal.
        }
    }

    /**
     * Of streams without a frame, those whose answer has left the journal: answers start in the order of their queries, so
     * one that was asked before a stream that has started had started too; and one that is older than what is retained.
     *
     * @param streams in the order of their queries
     */
    static List<LiveStream> gone(List<LiveStream> streams, long oldestMs) {
        int last = streams.size() - 1;
        while (last >= 0 && !streams.get(last).hasStarted()) {
            last--;
        }
        List<LiveStream> gone = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            LiveStream stream = streams.get(i);
            boolean hasFrames = stream.hasStarted() || stream.end() != null;
            if (!hasFrames && (i < last || stream.acceptedAtMs() < oldestMs)) {
                gone.add(stream);
            }
        }
        return gone;
    }
}
