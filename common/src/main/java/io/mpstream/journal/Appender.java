package io.mpstream.journal;

/**
 * The writing hand on a journal. Confined to one thread.
 *
 * @param <T> the records
 */
public interface Appender<T> extends AutoCloseable {
    /** Bytes of records that are committed together; a longer record is an entry of its own. */
    int ENTRY_BYTES_MAX = 128 * 1024;
    /** Bytes of the longest record: a query of 1 MiB, and what comes with it. */
    int RECORD_BYTES_MAX = 3 << 19;

    /**
     * Adds a record to the entry that {@link #commit} will write. An entry that would become larger than
     * {@link #ENTRY_BYTES_MAX} is committed first. The record is copied: the caller may use it again.
     *
     * @throws IllegalArgumentException if the record is longer than {@link #RECORD_BYTES_MAX}
     */
    void append(T record);

    /**
     * Writes what was appended as one entry, which each {@link Tailer#read} finds that begins when this has returned. It survives the death
     * of this process; it does not survive a loss of power. Does nothing when nothing was appended.
     *
     * @return the position of the newest entry that this appender has written, or where it found the journal's end;
     *         {@link Journal#START} when the journal is empty
     * @throws FencedException if a later run has taken this journal over: nothing was written, and nothing will be
     */
    long commit();

    /** Commits and releases. */
    @Override
    void close();
}
