package io.mpstream.client;

import java.util.Map;

/**
 * How an answer ended. Immutable.
 *
 * @param outcome how
 * @param offset  bytes of its whole text, as UTF-8
 * @param sha256  digest of that, in hexadecimal; an empty string if it failed
 * @param detail  why it failed; an empty string if it did not
 * @param notes   what the responder said of it besides the text
 */
public record End(Outcome outcome, long offset, String sha256, String detail, Map<String, String> notes) {
    /** How an answer can end. */
    public enum Outcome {
        /** Its text is whole. */
        COMPLETED,
        /** Its responder threw, or was killed. */
        FAILED,
        /** Somebody stopped it, or nobody read it. */
        CANCELLED
    }

    /** Copies the notes. */
    public End {
        notes = Map.copyOf(notes);
    }

    /** Whether the text is whole. */
    public boolean isCompleted() {
        return outcome == Outcome.COMPLETED;
    }
}
