package io.mpstream.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The entry that an appender is filling: a mark (4 bytes) and a checksum (4, CRC-32C of what follows), then records in a row,
 * in one array that is used again. Both kinds of journal write their entries with it, so both batch and refuse alike.
 *
 * @param <T> the records
 */
public final class EntryBuffer<T> {
    /** Bytes of an entry, its head and its records. */
    public static final int BYTES_MAX = EntryBuffer.HEAD_BYTES + Appender.ENTRY_BYTES_MAX;

    /** Begins an entry that has a checksum. No record begins so: one that is damaged to begin like a record has an unknown type. */
    static final int MARK = 0xE54D5002;
    static final int HEAD_BYTES = 2 * Integer.BYTES;

    private final Codec<T> codec;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);

    /** An empty entry. */
    public EntryBuffer(Codec<T> codec) {
        this.codec = codec;
        clear();
    }

    /**
     * Adds a record.
     *
     * @return false if it must wait for the next entry, because this one is full
     * @throws IllegalArgumentException if it is too large for any entry
     */
    public boolean offer(T record) {
        int size = codec.sizeMax(record);
        if (size > Appender.ENTRY_BYTES_MAX) {
            throw new IllegalArgumentException("a record of " + size + " bytes, an entry holds " + Appender.ENTRY_BYTES_MAX);
        }
        if (size > bytes.remaining()) {
            return false;
        }
        codec.encode(record, bytes);
        return true;
    }

    /** Whether it has no record yet. */
    public boolean isEmpty() {
        return bytes.position() == HEAD_BYTES;
    }

    /** The backing array; the entry is as many of its first bytes as {@link #seal()} says. */
    public byte[] array() {
        return bytes.array();
    }

    /** Completes the entry, for it to be written. Returns its length in bytes. */
    public int seal() {
        checksum.reset();
        checksum.update(bytes.array(), HEAD_BYTES, bytes.position() - HEAD_BYTES);
        bytes.putInt(0, MARK).putInt(Integer.BYTES, (int) checksum.getValue());
        return bytes.position();
    }

    /** Forgets the records: the next entry begins. */
    public void clear() {
        bytes.clear().position(HEAD_BYTES);
    }
}
