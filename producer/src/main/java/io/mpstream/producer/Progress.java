package io.mpstream.producer;

import io.mpstream.protocol.StreamId;
import java.util.Map;

/**
 * How far the producer has come: where a next run must begin to read, and what it could not learn from there.
 *
 * @param place   of the oldest query without an end, those of carried answers aside
 * @param carried the answers that have run for so long that they hold the place back no longer, each with an offset: so
 *                many bytes of its text are in the journal, among them all that come before the place. If such an answer has
 *                its end, that comes at or after the place
 */
record Progress(Place place, Map<StreamId, Long> carried) {
    /** Nothing was done yet. */
    static final Progress START = new Progress(Place.START, Map.of());
}
