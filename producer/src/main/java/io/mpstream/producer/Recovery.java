package io.mpstream.producer;

import io.mpstream.journal.Tailer;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the response journal says of queries that an earlier run of the producer had taken up. A query that has its end is left alone, one that
 * had begun is gone on with or ended as failed, and one that is not here was never begun. Confined to one thread after it was read.
 */
final class Recovery {
    private final Map<StreamId, RecoveredAnswer> recovered = new HashMap<>();
    private final Positions start;
    private final long settled;
    private final boolean isWhole;
    private final long end;

    private Recovery(Positions start, long settled, boolean isWhole, long end) {
        this.start = start;
        this.settled = settled;
        this.isWhole = isWhole;
        this.end = end;
    }

    /**
     * Reads the response journal from where the tailer stands to its end.
     *
     * @param start   from where on the requests are read again
     * @param settled each query up to this position of the request journal has its end, or a frame that is read here
     * @param isWhole whether that is all there is to know; if not, a later query that is not found may have been answered
     * @param end     position of the newest request: an earlier run may have taken up those up to it
     */
    static Recovery read(Tailer<Frame> responses, Positions start, long settled, boolean isWhole, long end) {
        Recovery recovery = new Recovery(start, settled, isWhole, end);
        // Nobody else writes this journal any more.
        responses.readToEnd(frame -> recovery.onFrame(frame, responses.position()));
        return recovery;
    }

    private void onFrame(Frame frame, long position) {
        switch (frame) {
            case Started started -> recovered(started.stream(), position).started(started.atMs());
            case Text text -> recovered(new StreamId(text.streamHigh(), text.streamLow()), position).add(text);
            case Running running -> recovered(running.query().stream(), position).running(running, position);
            case End end -> recovered(end.stream(), position).end();
            case Lease _ -> {
                // Says nothing of any stream.
            }
        }
    }

    private RecoveredAnswer recovered(StreamId stream, long position) {
        return recovered.computeIfAbsent(stream, id -> RecoveredAnswer.at(position));
    }

    /** From where on the requests are read again. */
    Positions start() {
        return start;
    }

    /** Position of the newest request of the time before this run: frames for requests up to it may be anywhere after the start. */
    long end() {
        return end;
    }

    /**
     * The answers without an end whose queries were said again, for the caller to take them up or end them now. From then on they count as
     * ended: the query of one may still come, when an older one that had to wait kept it in what is read again. To be called once, before
     * {@link #take}.
     */
    List<RecoveredAnswer> takeRunning() {
        List<RecoveredAnswer> running = new ArrayList<>();
        recovered.replaceAll((stream, each) -> {
            if (each.hasEnded() || each.query() == null) {
                return each;
            }
            running.add(each);
            return RecoveredAnswer.ended();
        });
        return running;
    }

    /**
     * What an earlier run had done for this query, or null if nothing, or if the query came after its time. Where it cannot be known the query counts
     * as begun: better an answer that fails than one that is given twice. Forgotten with the call.
     *
     * @param position of its entry in the request journal
     */
    RecoveredAnswer take(Query query, long position) {
        if (position > end) {
            return null;
        }
        RecoveredAnswer known = recovered.remove(query.stream());
        if (known != null) {
            return known;
        }
        return position <= settled ? RecoveredAnswer.ended() : isWhole ? null : RecoveredAnswer.unknown();
    }

    /** The answers without an end whose queries are known no more, when all have been taken that are. Forgotten with the call. */
    Map<StreamId, RecoveredAnswer> takeLost() {
        Map<StreamId, RecoveredAnswer> lost = new HashMap<>(recovered);
        lost.values().removeIf(RecoveredAnswer::hasEnded);
        recovered.clear();
        return lost;
    }
}
