package io.mpstream.producer;

import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Cancel;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the checkpoint and the response journal say of queries that an earlier run of the producer had taken up. A query
 * that has its end is left alone, one that had begun is gone on with or ended as failed, and one that is not here was never begun. Confined
 * to one thread after it was read.
 */
final class Recovery {
    private static final int ENTRIES_A_POLL = 64;

    private final Map<StreamId, RecoveredAnswer> recovered = new HashMap<>();
    private final Map<StreamId, Long> carried;
    private final boolean isWhole;

    private Recovery(Map<StreamId, Long> carried, boolean isWhole) {
        this.carried = carried;
        this.isWhole = isWhole;
        carried.forEach((stream, offset) -> recovered.put(stream, RecoveredAnswer.carried(offset)));
    }

    /**
     * Reads the response journal from where the tailer stands to its end.
     *
     * @param carried answers that had begun before that place, as the checkpoint knows them: bytes of text by stream
     * @param isWhole whether that is all there is to know; if not, a query that is not found may have been answered
     */
    static Recovery read(Tailer<Frame> responses, Map<StreamId, Long> carried, boolean isWhole) {
        Recovery recovery = new Recovery(carried, isWhole);
        while (responses.poll(frame -> recovery.onFrame(frame, responses.position()), ENTRIES_A_POLL) > 0) {
            // Until the end; nobody else writes this journal.
        }
        return recovery;
    }

    private void onFrame(Frame frame, long position) {
        switch (frame) {
            case Started started -> recovered(started.stream(), position).started(started.atMs());
            case Text text -> recovered(new StreamId(text.streamHigh(), text.streamLow()), position).add(text);
            case End end -> recovered(end.stream(), position).end();
            case Lease _ -> {
                // Says nothing of any stream.
            }
        }
    }

    private RecoveredAnswer recovered(StreamId stream, long position) {
        return recovered.computeIfAbsent(stream, id -> RecoveredAnswer.at(position));
    }

    /**
     * Looks for what was asked by those who asked for the carried answers, and for cancels of theirs: both may come before the place where
     * the dispatcher begins. Reminders do not help: they lack what a responder must know.
     *
     * @param requests stands at the start
     */
    void findCarried(Tailer<Request> requests) {
        if (openCarried().isEmpty()) {
            return;
        }
        while (requests.poll(this::onRequest, ENTRIES_A_POLL) > 0) {
            // Until the end; what comes later the dispatcher reads.
        }
    }

    private void onRequest(Request request) {
        RecoveredAnswer known = carried.containsKey(request.stream()) ? recovered.get(request.stream()) : null;
        switch (request) {
            case Query query when known != null -> known.asked(query);
            case Cancel cancel when known != null -> known.cancelled(cancel.reason());
            default -> {
                // Of another stream, or nothing that matters here.
            }
        }
    }

    private Map<StreamId, RecoveredAnswer> openCarried() {
        Map<StreamId, RecoveredAnswer> open = new LinkedHashMap<>();
        carried.keySet().stream().filter(stream -> !recovered.get(stream).hasEnded()).forEach(stream -> open.put(stream, recovered.get(stream)));
        return open;
    }

    /**
     * The carried streams without an end, for the caller to take them up or end them now. From then on they count as ended: the query of
     * one may still come, when an older one that had to wait kept it in what is read again. To be called once, before
     * {@link #take}.
     */
    Map<StreamId, RecoveredAnswer> takeCarried() {
        Map<StreamId, RecoveredAnswer> open = openCarried();
        open.values().forEach(RecoveredAnswer::end);
        return open;
    }

    /**
     * What an earlier run had done for this query of its time, or null if nothing. Where it cannot be known the query counts
     * as begun: better an answer that fails than one that is given twice. Forgotten with the call.
     */
    RecoveredAnswer take(Query query) {
        RecoveredAnswer known = recovered.remove(query.stream());
        return known == null && !isWhole ? RecoveredAnswer.unknown() : known;
    }
}
