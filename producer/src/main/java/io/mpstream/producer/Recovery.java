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
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the checkpoint and the response journal say of queries that an earlier run of the producer had taken up. A query
 * that has its end is left alone, one that had begun is ended as failed, and one that is not here was never begun.
 * Confined to one thread after it was read.
 */
final class Recovery {
    private static final int ENTRIES_A_POLL = 64;

    private final Map<StreamId, Begun> begun = new HashMap<>();

    /** A stream that an earlier run had taken up. */
    static final class Begun {
        private final MessageDigest digest = Sha256.start();
        /** Bytes of text, from its start, that the digest is of. */
        private long digested;
        private long offset;
        private boolean hasEnded;

        /** A stream of which so many bytes of text are known to be in the journal, without having been read. */
        private Begun(long offset) {
            this.offset = offset;
        }

        /** Only what follows on what was read before can be digested: of a carried answer the beginning may be gone. */
        private void add(Text text) {
            if (text.offset() == digested) {
                digest.update(text.utf8(), text.from(), text.length());
                digested += text.length();
            }
            offset = Math.max(offset, text.offset() + text.length());
        }

        /**
         * SHA-256 of the text so far, 32 bytes; all of them zero when not all of the text could be read again, which no
         * real digest is. To be called once.
         */
        byte[] sha256() {
            return digested == offset ? digest.digest() : new byte[End.SHA256_LENGTH];
        }

        /** Bytes of text so far, whether they could be read again or not. */
        long offset() {
            return offset;
        }

        boolean hasEnded() {
            return hasEnded;
        }
    }

    private final Map<StreamId, Long> carried;
    private final boolean isWhole;

    private Recovery(Map<StreamId, Long> carried, boolean isWhole) {
        this.carried = carried;
        this.isWhole = isWhole;
        carried.forEach((stream, offset) -> begun.put(stream, new Begun(offset)));
    }

    /**
     * Reads the response journal from where the tailer stands to its end.
     *
     * @param carried answers that had begun before that place, as the checkpoint knows them: bytes of text by stream
     * @param isWhole whether that is all there is to know; if not, a query that is not found may have been answered
     */
    static Recovery read(Tailer<Frame> responses, Map<StreamId, Long> carried, boolean isWhole) {
        Recovery recovery = new Recovery(carried, isWhole);
        while (responses.poll(recovery::onFrame, ENTRIES_A_POLL) > 0) {
            // Until the end; nobody else writes this journal.
        }
        return recovery;
    }

    private void onFrame(Frame frame) {
        switch (frame) {
            case Started started -> begun(started.stream());
            case Text text -> begun(new StreamId(text.streamHigh(), text.streamLow())).add(text);
            case End end -> begun(end.stream()).hasEnded = true;
            case Lease _ -> {
                // Says nothing of any stream.
            }
        }
    }

    private Begun begun(StreamId stream) {
        return begun.computeIfAbsent(stream, id -> new Begun(0));
    }

    /**
     * The carried streams without an end, for the caller to end them now. From then on they count as ended: the query of
     * one may still come, when an older one that had to wait kept it in what is read again. To be called once, before
     * {@link #take}.
     */
    Map<StreamId, Begun> endCarried() {
        Map<StreamId, Begun> open = new LinkedHashMap<>();
        for (StreamId stream : carried.keySet()) {
            Begun known = begun.get(stream);
            if (!known.hasEnded) {
                known.hasEnded = true;
                open.put(stream, known);
            }
        }
        return open;
    }

    /**
     * What an earlier run had done for this query of its time, or null if nothing. Where it cannot be known the query counts
     * as begun: better an answer that fails than one that is given twice. Forgotten with the call.
     */
    Begun take(Query query) {
        Begun known = begun.remove(query.stream());
        return known == null && !isWhole ? new Begun(0) : known;
    }
}
