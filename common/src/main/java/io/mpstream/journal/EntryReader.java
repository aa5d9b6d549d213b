package io.mpstream.journal;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
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

    /** A reader with its own codec. */
    public EntryReader(Codec<T> codec) {
        this.codec = codec;
    }

    /**
     * Decodes the records of an entry. What follows a malformed record cannot be found: it is logged and passed over.
     *
     * @param entry    the bytes between position and limit
     * @param position of the entry, for the log
     */
    public void read(ByteBuffer entry, long position, Consumer<? super T> handler) {
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
}
