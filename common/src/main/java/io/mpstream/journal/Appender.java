package io.mpstream.journal;

/**
 * The writing hand on a journal. Confined to one thread.
 *
 * @param <T> the records
 */
public interface Appender<T> extends AutoCloseable {
    /** Bytes that an entry may hold; also the size of the largest record. */
    int ENTRY_BYTES_MAX = 128 * 1024;

    /**
     * Adds a record to the entry that {@link #commit} will write. An entry that would become larger than
     * {@link #ENTRY_BYTES_MAX} is committed first. The record is copied: the caller may use it again.
     *
     * @throws IllegalArgumentException if the record alone is too large for an entry
     */
    void append(T record);

    /**
     * Writes what was appended as one entry, visible to tailers when this returns. It survives the death of this process;
     * it does not survive a loss of power. Does nothing when nothing was appended.
     *
     * @return the position of the newest entry that this appender has written, or where it found the journal's end;
     *         {@link Journal#START} when the journal is empty
     */
    long commit();

    /** Commits and releases. */
    @Override
    void close();
}
