package io.mpstream.producer;

import io.mpstream.journal.Journal;

/**
 * A place in both journals: every query before it in the request journal has its end in the response journal, and every
 * frame for a query at or after it comes at or after it in the response journal.
 *
 * @param request  position in the request journal
 * @param response position in the response journal
 */
record Place(long request, long response) {
    /** Before everything. */
    static final Place START = new Place(Journal.START, Journal.START);
}
