package io.mpstream.producer;

import io.mpstream.journal.Journal;

/**
 * A position in each journal: every query up to the one in the request journal has its end in the response journal, or a frame that says that
 * it runs, and every frame for a later query comes at or after the one in the response journal.
 *
 * @param request  position of the last entry of the request journal that is done with
 * @param response position in the response journal
 */
record Positions(long request, long response) {
    /** Before everything. */
    static final Positions START = new Positions(Journal.START, Journal.START);
}
