package io.mpstream.journal;

import io.mpstream.agent.Rest;

/**
 * An append-only, durable sequence of records with one appender in each process that writes it, and any number of tailers. Records
 * that an appender commits together form an entry; a <em>position</em> names an entry. Positions of one journal are ordered and
 * otherwise opaque: nobody computes with them and no client ever sees one.
 *
 * @param <T> the records
 */
public interface Journal<T> extends AutoCloseable {
    /** A position before every entry. */
    long START = -1;
    /** The run of a writer that need not be told from others. */
    long NO_RUN = 0;

    /**
     * Returns the writing hand. A process has one at a time. Where several processes append, each entry is whole and they stand one after the
     * other, in one order for all who read.
     *
     * @param run names this run of the one process that writes this journal. Earlier runs are fenced when this returns, if the journal can
     *            tell them: their {@link Appender#commit} throws {@link FencedException}. If not, readers that have seen an entry of a later
     *            run pass over those of this one. {@link #NO_RUN} where several processes append
     */
    Appender<T> appender(long run);

    /** The writing hand of a process that appends beside others. */
    default Appender<T> appender() {
        return appender(NO_RUN);
    }

    /** Returns a new reading hand, standing before the oldest entry that is retained. */
    Tailer<T> tailer();

    /** The position of the newest entry, or {@link #START} when there is none. Any thread. */
    long end();

    /** The position of the oldest entry that is retained; {@link #START} when there is none. Any thread. */
    long first();

    /**
     * How the agent that reads this journal waits: its rest ends when an entry is committed, by whatever process. Of one
     * agent in a process, and of a few processes at a time.
     *
     * @throws IllegalStateException if too many processes read it
     */
    Rest rest();

    /**
     * Drops the oldest entries that the retention no longer keeps, in whole units of storage, never the newest unit and
     * never an entry at or after {@code floor}. Only one process may do so. Any thread, one at a time.
     *
     * @param floor     position of the oldest entry that is still needed, or {@link #START} to keep everything
     * @param retention what to keep
     * @return bytes freed
     */
    long trim(long floor, Retention retention);

    /**
     * How many bytes its storage has free for all that is written there, by anybody; {@link Long#MAX_VALUE} where that is not bounded. A
     * file that is mapped into memory must never meet a full disk: that kills the process. Any thread, a system call.
     */
    long room();

    /** How many bytes its storage takes; files are as long as they are, holes and all. Any thread, a few system calls. */
    long bytes();

    /** Releases files and memory. Appenders and tailers must have been closed. */
    @Override
    void close();
}
