package io.mpstream.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The entry that an appender is filling: a mark (4 bytes), a checksum (4, CRC-32C of what follows) and the run that writes it (8), then
 * records in a row, in one array that is used again. Both kinds of journal write their entries with it, so both batch and refuse alike.
 *
 * @param <T> the records
 */
public final class EntryBuffer<T> {
    /** Bytes of an entry with its head, unless it is of one record that is longer. */
    public static final int BYTES_USUAL = EntryBuffer.HEAD_BYTES + Appender.ENTRY_BYTES_MAX;
    /** Bytes of the longest entry with its head. */
    public static final int BYTES_MAX = EntryBuffer.HEAD_BYTES + Appender.RECORD_BYTES_MAX;

    /** Begins an entry. No record begins so: one that is damaged to begin like a record has an unknown type. */
    static final int MARK = 0xE54D5003;
    /** Began an entry of an earlier version, whose head is mark and checksum alone. */
    static final int MARK_WITHOUT_RUN = 0xE54D5002;
    static final int HEAD_BYTES = 2 * Integer.BYTES + Long.BYTES;
    static final int SUMMED_FROM = 2 * Integer.BYTES;

    private final Codec<T> codec;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer usual = ByteBuffer.allocate(BYTES_USUAL);
    private final long run;
    private ByteBuffer bytes;

    /**
     * An empty entry.
     *
     * @param run names the run that writes it; {@link Journal#NO_RUN} if that does not matter
     */
    public EntryBuffer(Codec<T> codec, long run) {
        this.codec = codec;
        this.run = run;
        clear();
    }

    /**
     * Adds a record.
     *
     * @return false if it must wait for the next entry, because this one is full
     * @throws IllegalArgumentException if it is longer than {@link Appender#RECORD_BYTES_MAX}
     */
    public boolean offer(T record) {
        int size = codec.sizeMax(record);
        if (size > Appender.RECORD_BYTES_MAX) {
            throw new IllegalArgumentException("a record of " + size + " bytes, an entry holds " + Appender.RECORD_BYTES_MAX);
        }
        if (size > bytes.remaining()) {
            if (!isEmpty()) {
                return false;
            }
            bytes = ByteBuffer.allocate(HEAD_BYTES + size).position(HEAD_BYTES);
        }
        codec.encode(record, bytes);
        return true;
    }

    /** Whether it has no record yet. */
    public boolean isEmpty() {
        return bytes.position() == HEAD_BYTES;
    }

    /** The backing array, until the next {@link #clear} or {@link #offer}; the entry is as many of its first bytes as {@link #seal()} says. */
    public byte[] array() {
        return bytes.array();
    }

    /** Completes the entry, for it to be written. Returns its length in bytes. */
    public int seal() {
        checksum.reset();
        bytes.putInt(0, MARK).putLong(SUMMED_FROM, run);
        checksum.update(bytes.array(), SUMMED_FROM, bytes.position() - SUMMED_FROM);
        bytes.putInt(Integer.BYTES, (int) checksum.getValue());
        return bytes.position();
    }

    /** Forgets the records: the next entry begins. */
    public void clear() {
        bytes = usual.clear().position(HEAD_BYTES);
    }
}
