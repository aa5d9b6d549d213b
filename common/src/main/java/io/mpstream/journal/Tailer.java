package io.mpstream.journal;

import java.util.function.Consumer;

/**
 * A reading hand on a journal. Confined to one thread.
 *
 * @param <T> the records
 */
public interface Tailer<T> extends AutoCloseable {
    /** How many entries {@link #readToEnd} reads at a time. */
    int ENTRIES_A_READ = 64;

    /**
     * Hands over the records of the next entries that are at hand, in order. Never blocks. That it returns 0 does not say that it stands at
     * the end: what comes over a network may be on its way. A record is valid until the handler returns. An entry that cannot be read is
     * logged and passed over.
     *
     * @param handler    called for each record on the calling thread; if it throws, the rest of that entry is lost to
     *                   this tailer
     * @param entriesMax how many entries to read at most
     * @return entries read
     */
    int poll(Consumer<? super T> handler, int entriesMax);

    /**
     * The same, but waits for entries that are in the journal and not at hand.
     *
     * @return entries read; 0 only when it stands behind all entries that were committed before this call
     */
    int read(Consumer<? super T> handler, int entriesMax);

    /** Hands over the records of all entries from here to the journal's end as of now. Waits for those that are not at hand. */
    default void readToEnd(Consumer<? super T> handler) {
        while (read(handler, ENTRIES_A_READ) > 0) {
            // What is committed meanwhile is read too.
        }
    }

    /**
     * The position of the entry that was read last: {@link #seek seeking} it reads that entry again. Before the first read
     * it is where the tailer was sent, or {@link Journal#START}.
     */
    long position();

    /**
     * Goes to an entry, so that the next poll reads it again.
     *
     * @param position an earlier {@link #position()} of any tailer of this journal, or an {@link Appender#commit()}
     * @return false if that entry is gone: the tailer then stands before the oldest one that is retained
     */
    boolean seek(long position);

    /** Releases. */
    @Override
    void close();
}
