package io.mpstream.journal;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the records of one entry after the other. Both kinds of journal read their entries with it.
 *
 * @param <T> the records
 */
public final class EntryReader<T> {
    private static final Logger LOG = LoggerFactory.getLogger(EntryReader.class);

    private final Codec<T> codec;
    private final CRC32C checksum = new CRC32C();

    /** A reader with its own codec. */
    public EntryReader(Codec<T> codec) {
        this.codec = codec;
    }

    /**
     * Decodes the records of an entry. One that is damaged is logged and passed over: whole if its checksum tells, else from the
     * malformed record on, since what follows it cannot be found.
     *
     * @param entry    the bytes between position and limit, in an array
     * @param position of the entry, for the log
     */
    public void read(ByteBuffer entry, long position, Consumer<? super T> handler) {
        if (!isSound(entry)) {
            LOG.error("passing over a damaged journal entry at position {}: its checksum is another", position);
            return;
        }
        while (entry.hasRemaining()) {
            T record;
            try {
                record = codec.decode(entry);
            } catch (MalformedRecordException e) {
                LOG.error("passing over the rest of a damaged journal entry at position {}: {}", position, e.getMessage());
                return;
            }
            handler.accept(record);
        }
    }

    /** Goes behind the head, and returns whether the records are those that were written; of an earlier version nobody can tell. */
    boolean isSound(ByteBuffer entry) {
        if (entry.remaining() < EntryBuffer.HEAD_BYTES || entry.getInt(entry.position()) != EntryBuffer.MARK) {
            return true;
        }
        int written = entry.getInt(entry.position() + Integer.BYTES);
        entry.position(entry.position() + EntryBuffer.HEAD_BYTES);
        checksum.reset();
        checksum.update(entry.array(), entry.arrayOffset() + entry.position(), entry.remaining());
        return (int) checksum.getValue() == written;
    }
}
