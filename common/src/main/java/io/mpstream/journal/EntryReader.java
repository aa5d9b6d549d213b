package io.mpstream.journal;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
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
    private final Set<Long> pastRuns = new HashSet<>();
    private long run = Journal.NO_RUN;

    /** A reader with its own codec. */
    public EntryReader(Codec<T> codec) {
        this.codec = codec;
    }

    /**
     * Decodes the records of an entry. One that is damaged is logged and passed over: whole if its checksum tells, else from the
     * malformed record on, since what follows it cannot be found. So is one of a run that another has followed: a process that was
     * thought dead must not write into what its successor has begun.
     *
     * @param entry    the bytes between position and limit, in an array
     * @param position of the entry, for the log
     */
    public void read(ByteBuffer entry, long position, Consumer<? super T> handler) {
        if (!isSound(entry)) {
            LOG.error("passing over a damaged journal entry at position {}: its checksum is another", position);
            return;
        }
        if (!isOfNewestRun(entry)) {
            LOG.error("passing over a journal entry at position {}: a later run has written before it", position);
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

    /** The tailer goes elsewhere: runs that it has read need not come before those that it will read. */
    public void forgetRuns() {
        pastRuns.clear();
        run = Journal.NO_RUN;
    }

    /** Returns whether what follows mark and checksum is what was written; before there were checksums nobody could tell. */
    boolean isSound(ByteBuffer entry) {
        if (!hasMark(entry, EntryBuffer.MARK) && !hasMark(entry, EntryBuffer.MARK_WITHOUT_RUN)) {
            return true;
        }
        int written = entry.getInt(entry.position() + Integer.BYTES);
        int from = entry.position() + EntryBuffer.SUMMED_FROM;
        checksum.reset();
        checksum.update(entry.array(), entry.arrayOffset() + from, entry.limit() - from);
        return (int) checksum.getValue() == written;
    }

    private static boolean hasMark(ByteBuffer entry, int mark) {
        int headBytes = mark == EntryBuffer.MARK ? EntryBuffer.HEAD_BYTES : EntryBuffer.SUMMED_FROM;
        return entry.remaining() >= headBytes && entry.getInt(entry.position()) == mark;
    }

    /** Goes behind the head, and returns whether no later run is known than the one that has written the entry. */
    private boolean isOfNewestRun(ByteBuffer entry) {
        if (!hasMark(entry, EntryBuffer.MARK)) {
            entry.position(entry.position() + (hasMark(entry, EntryBuffer.MARK_WITHOUT_RUN) ? EntryBuffer.SUMMED_FROM : 0));
            return true;
        }
        long writer = entry.getLong(entry.position() + EntryBuffer.SUMMED_FROM);
        entry.position(entry.position() + EntryBuffer.HEAD_BYTES);
        if (writer == run || writer == Journal.NO_RUN) {
            return true;
        }
        pastRuns.add(run);
        boolean isNewest = !pastRuns.contains(writer);
        run = isNewest ? writer : run;
        return isNewest;
    }
}
