package io.mpstream.producer;

import io.mpstream.journal.Tailer;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.Lease;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Started;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/**
 * What the response journal says of queries that an earlier run of the producer had taken up. A query that has its end
 * is left alone, one that had begun is ended as failed, and one that is not here was never begun. Confined to one thread
 * after it was read.
 */
final class Recovery {
    private static final int ENTRIES_A_POLL = 64;

    private final Map<StreamId, Begun> begun = new HashMap<>();

    /** A stream that an earlier run had taken up. */
    static final class Begun {
        private final MessageDigest digest = Sha256.start();
        private long offset;
        private boolean hasEnded;

        /** Of the text so far. */
        MessageDigest digest() {
            return digest;
        }

        /** Bytes of text so far. */
        long offset() {
            return offset;
        }

        boolean hasEnded() {
            return hasEnded;
        }
    }

    private final boolean isWhole;

    private Recovery(boolean isWhole) {
        this.isWhole = isWhole;
    }

    /**
     * Reads the response journal from where the tailer stands to its end.
     *
     * @param isWhole whether that is all there is to know; if not, a query that is not found may have been answered
     */
    static Recovery read(Tailer<Frame> responses, boolean isWhole) {
        Recovery recovery = new Recovery(isWhole);
        while (responses.poll(recovery::onFrame, ENTRIES_A_POLL) > 0) {
            // Until the end; nobody else writes this journal.
        }
        return recovery;
    }

    private void onFrame(Frame frame) {
        switch (frame) {
            case Started started -> begun(started.stream());
            case Text text -> {
                Begun stream = begun(new StreamId(text.streamHigh(), text.streamLow()));
                stream.digest.update(text.utf8(), text.from(), text.length());
                stream.offset += text.length();
            }
            case End end -> begun(end.stream()).hasEnded = true;
            case Lease _ -> {
                // Says nothing of any stream.
            }
        }
    }

    private Begun begun(StreamId stream) {
        return begun.computeIfAbsent(stream, id -> new Begun());
    }

    /**
     * What an earlier run had done for this query of its time, or null if nothing. Where it cannot be known the query counts
     * as begun: better an answer that fails than one that is given twice. Forgotten with the call.
     */
    Begun take(Query query) {
        Begun known = begun.remove(query.stream());
        return known == null && !isWhole ? new Begun() : known;
    }
}
