package io.mpstream.journal;

/** Bytes of a journal are not a record, or one of a version that this program does not know. */
public class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was found. */
    public MalformedRecordException(String message) {
        super(message);
    }
}
