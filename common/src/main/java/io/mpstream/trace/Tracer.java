package io.mpstream.trace;

import io.mpstream.protocol.Query;

/** Begins the spans of one process, and exports those that end. Any thread. */
public interface Tracer extends AutoCloseable {
    /** One that traces nothing. */
    Tracer NONE = _ -> QuerySpan.NONE;

    /** Begins a span for a query, in the trace that the query is part of, else in one of its own. Does not wait. */
    QuerySpan begin(Query query);

    /** Exports what has ended, for a second at most. */
    @Override
    default void close() {
    }
}
