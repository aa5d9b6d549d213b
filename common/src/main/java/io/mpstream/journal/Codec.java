package io.mpstream.journal;

import java.nio.ByteBuffer;

/**
 * Turns records into bytes and back. A record tells its own length, so that many lie in a row. An instance may keep
 * state that it uses again: each appender and tailer has its own, confined to its thread.
 *
 * @param <T> the records
 */
public interface Codec<T> {
    /** An upper bound of the bytes that {@link #encode} writes for this record. */
    int sizeMax(T record);

    /**
     * Writes one record at the buffer's position.
     *
     * @param out big-endian, backed by an array, with at least {@link #sizeMax} bytes left
     */
    void encode(T record, ByteBuffer out);

    /**
     * Reads one record at the buffer's position. What is returned may be a view into the buffer that is used again for
     * the next record.
     *
     * @param in big-endian, backed by an array
     * @throws MalformedRecordException if the bytes are not a record of a known version
     */
    T decode(ByteBuffer in);
}
