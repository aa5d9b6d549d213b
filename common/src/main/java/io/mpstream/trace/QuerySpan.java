package io.mpstream.trace;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Query;

/** What one process does for one query, as a part of a trace. One that is never ended is never told. Any thread; no method waits. */
public interface QuerySpan {
    /** The event that the query is given to the request journal. */
    String QUEUED = "queued";
    /** The event that its answer starts. */
    String STARTED = "started";
    /** The event that the first text of its answer is there. */
    String FIRST_TEXT = "first_text";
    /** The event that its answer has ended. */
    String END = "end";

    /** The span of what is not traced. */
    QuerySpan NONE = new QuerySpan() {
        @Override
        public Query in(Query query) {
            return query;
        }

        @Override
        public void event(String name, long atMs) {
            // Nobody wants to know.
        }

        @Override
        public void end(End end) {
            // As above.
        }
    };

    /** The query with a trace context that names this span as the parent of what others do for it. */
    Query in(Query query);

    /** Something happens, at this time in wall-clock milliseconds. */
    void event(String name, long atMs);

    /** The answer has ended, and with it the span. */
    void end(End end);
}
