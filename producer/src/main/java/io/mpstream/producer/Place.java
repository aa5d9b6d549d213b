package io.mpstream.producer;

import io.mpstream.journal.Journal;

/**
 * A place in both journals: every query up to it in the request journal has its end in the response journal or is
 * {@link Progress#carried() carried}, and every frame for a query after it comes at or after it in the response journal.
 *
 * @param request  position of the last entry of the request journal that is done with
 * @param response position in the response journal
 */
record Place(long request, long response) {
    /** Before everything. */
    static final Place START = new Place(Journal.START, Journal.START);
}
