package io.mpstream.protocol;

/**
 * A query whose answer runs for so long that its record may leave the journal, said again for whoever reads only what is left. It
 * is not to be answered, and need not hold the whole text.
 *
 * @param query what was asked, or as much of it as is remembered
 */
public record Reminder(Query query) implements Request {
    @Override
    public StreamId stream() {
        return query.stream();
    }
}
