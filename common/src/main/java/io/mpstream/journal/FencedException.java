package io.mpstream.journal;

/** Another run writes the journal now: what this one wanted to write was not written. Final for its appender. */
public final class FencedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param run who was refused
     */
    public FencedException(long run) {
        super("run " + run + " of this journal's writer was followed by another one");
    }
}
