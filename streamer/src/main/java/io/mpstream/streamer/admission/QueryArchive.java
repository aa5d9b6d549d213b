package io.mpstream.streamer.admission;

import io.mpstream.journal.Journal;
import io.mpstream.journal.Tailer;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Request;
import io.mpstream.streamer.stream.LiveStream;

/** Reads queries in the request journal again: of those that were asked memory has the beginnings alone. Any thread that may wait; one at a time. */
public final class QueryArchive {
    /** Entries that are looked through for a query: it is the first, or others were written just before it. */
    private static final int ENTRIES_MAX = 1_000;

    private final Journal<Request> requests;
    private Query found;

    /** An archive of the queries in this journal. */
    public QueryArchive(Journal<Request> requests) {
        this.requests = requests;
    }

    /** The query of a stream, or null if it has left the journal. */
    public synchronized Query find(LiveStream stream) {
        found = null;
        if (stream.asked().preview().isEmpty()) {
            return null;
        }
        try (Tailer<Request> tailer = requests.tailer()) {
            tailer.seek(stream.queryPosition());
            for (int i = 0; i < ENTRIES_MAX && found == null && tailer.read(request -> take(request, stream), 1) > 0; i++) {
                // Until it is found.
            }
        }
        return found;
    }

    private void take(Request request, LiveStream stream) {
        if (request instanceof Query query && query.stream().equals(stream.id())) {
            found = query;
        }
    }
}
