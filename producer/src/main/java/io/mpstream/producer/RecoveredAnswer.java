package io.mpstream.producer;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Running;
import io.mpstream.protocol.Sha256;
import io.mpstream.protocol.Text;
import java.security.MessageDigest;

/** An answer that an earlier run had begun, as far as its frames tell. Confined to one thread at a time. */
final class RecoveredAnswer {
    /** The longest text that is handed to a responder to go on with: it is a string in memory. */
    static final int RESUMED_BYTES_MAX = 16 << 20;

    private static final String RESTARTED = "the producer was restarted while it was answering";
    private static final String TOO_LONG = RESTARTED + ", and cannot go on: the text is longer than 16 MiB";
    /** No text from its start. */
    static final String GONE = RESTARTED + ", and cannot go on: the beginning of the text has left the journal";

    private final MessageDigest digest = Sha256.start();
    private final boolean isKnown;
    private long position;
    private long runningFrom = Journal.START;
    /** Bytes of text, from its start, that the digest is of. */
    private long digested;
    private long offset;
    private long heardAtMs;
    private boolean hasEnded;
    private Query query;

    private RecoveredAnswer(boolean isKnown, long position) {
        this.isKnown = isKnown;
        this.position = position;
    }

    /** An answer whose first frame that is read is in the entry at this position. */
    static RecoveredAnswer at(long position) {
        return new RecoveredAnswer(true, position);
    }

    /** An answer of which nothing can be known: it may have had its end. */
    static RecoveredAnswer unknown() {
        return new RecoveredAnswer(false, Journal.START);
    }

    /** An answer that is known to have its end, whose frames were not read. */
    static RecoveredAnswer ended() {
        RecoveredAnswer ended = unknown();
        ended.end();
        return ended;
    }

    /** Only what follows on what was read before can be digested: the beginning may be gone. */
    void add(Text text) {
        if (text.offset() == digested) {
            digest.update(text.utf8(), text.from(), text.length());
            digested += text.length();
        }
        reach(text.offset());
        offset = Math.max(offset, text.offset() + text.length());
        heardAtMs = text.atMs();
    }

    void started(long atMs) {
        heardAtMs = atMs;
    }

    /** It was said, in the entry at this position, that it runs. */
    void running(Running running, long position) {
        reach(running.offset());
        offset = Math.max(offset, running.offset());
        heardAtMs = running.atMs();
        query = running.query();
        runningFrom = position;
    }

    /** Text before this offset that was not read comes before all that was. */
    private void reach(long from) {
        if (from > offset) {
            position = Journal.START;
        }
    }

    void end() {
        hasEnded = true;
    }

    /** Whether all text so far was read again, from its start: then the digest is of all. */
    boolean isDigested() {
        return digested == offset;
    }

    /** Of the text that was read again; for one taker. */
    MessageDigest digest() {
        return digest;
    }

    /** Bytes of text so far, whether they were read again or not. */
    long offset() {
        return offset;
    }

    /** Position of an entry that is not after its first text. */
    long position() {
        return position;
    }

    /** Position of the entry in which it was said last that the answer runs; {@link Journal#START} if that was not read. */
    long runningFrom() {
        return runningFrom;
    }

    /** When something of it came last, in wall-clock milliseconds; 0 if that was not read again. */
    long heardAtMs() {
        return heardAtMs;
    }

    boolean hasEnded() {
        return hasEnded;
    }

    /** The query, as it was said again; null if it was not. */
    Query query() {
        return query;
    }

    /**
     * The reason why nobody can go on with the answer, for clients; null if it seems that somebody can.
     *
     * @param canResume whether the responder goes on with answers at all, and the query is known
     */
    String obstacle(boolean canResume) {
        if (!canResume || !isKnown) {
            return RESTARTED;
        }
        return offset > RESUMED_BYTES_MAX ? TOO_LONG : null;
    }
}
