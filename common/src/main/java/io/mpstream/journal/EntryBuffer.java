package io.mpstream.journal;

import java.nio.ByteBuffer;

/**
 * The entry that an appender is filling: records in a row, in one array that is used again. Both kinds of journal
 * write their entries with it, so both batch and refuse alike.
 *
 * @param <T> the records
 */
public final class EntryBuffer<T> {
    private final Codec<T> codec;
    private final ByteBuffer bytes = ByteBuffer.allocate(Appender.ENTRY_BYTES_MAX);

    /** An empty entry. */
    public EntryBuffer(Codec<T> codec) {
        this.codec = codec;
    }

    /**
     * Adds a record.
     *
     * @return false if it must wait for the next entry, because this one is full
     * @throws IllegalArgumentException if it is too large for any entry
     */
    public boolean offer(T record) {
        int size = codec.sizeMax(record);
        if (size > bytes.capacity()) {
            throw new IllegalArgumentException("a record of " + size + " bytes, an entry holds " + bytes.capacity());
        }
        if (size > bytes.remaining()) {
            return false;
        }
        codec.encode(record, bytes);
        return true;
    }

    /** The backing array; the entry is its first {@link #length()} bytes. */
    public byte[] array() {
        return bytes.array();
    }

    /** Bytes of the entry so far. */
    public int length() {
        return bytes.position();
    }

    /** Forgets the records: the next entry begins. */
    public void clear() {
        bytes.clear();
    }
}
