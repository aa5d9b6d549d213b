package io.mpstream.producer;

import io.mpstream.journal.Journal;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.Text;
import java.security.MessageDigest;

/** An answer that an earlier run had begun, as far as the checkpoint and its frames tell. Confined to one thread at a time. */
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
    /** Bytes of text, from its start, that the digest is of. */
    private long digested;
    private long offset;
    private long heardAtMs;
    private boolean hasEnded;
    private Query query;
    private String cancelReason;

    private RecoveredAnswer(boolean isKnown, long position, long offset) {
        this.isKnown = isKnown;
        this.position = position;
        this.offset = offset;
    }

    /** An answer whose first frame that is left is in the entry at this position. */
    static RecoveredAnswer at(long position) {
        return new RecoveredAnswer(true, position, 0);
    }

    /** An answer of which so many bytes of text are known to be in the journal, without having been read. */
    static RecoveredAnswer carried(long offset) {
        return new RecoveredAnswer(true, Journal.START, offset);
    }

    /** An answer of which nothing can be known: it may have had its end. */
    static RecoveredAnswer unknown() {
        return new RecoveredAnswer(false, Journal.START, 0);
    }

    /** Only what follows on what was read before can be digested: of a carried answer the beginning may be gone. */
    void add(Text text) {
        if (text.offset() == digested) {
            digest.update(text.utf8(), text.from(), text.length());
            digested += text.length();
        }
        offset = Math.max(offset, text.offset() + text.length());
        heardAtMs = text.atMs();
    }

    void started(long atMs) {
        heardAtMs = atMs;
    }

    void end() {
        hasEnded = true;
    }

    /** Sets the query, where that had to be looked for. */
    void asked(Query query) {
        this.query = query;
    }

    /** Takes note that nobody wants the rest. */
    void cancelled(String reason) {
        cancelReason = reason;
    }

    /** Whether all text so far was read again, from its start: then the digest is of all. */
    boolean isDigested() {
        return digested == offset;
    }

    /** Of the text that was read again; for one taker. */
    MessageDigest digest() {
        return digest;
    }

    /** SHA-256 of the text so far, 32 bytes; all of them zero, which no real digest is, when not all of it was read again. To be called once. */
    byte[] sha256() {
        return isDigested() ? digest.digest() : new byte[End.SHA256_LENGTH];
    }

    /** Bytes of text so far, whether they were read again or not. */
    long offset() {
        return offset;
    }

    /** Position of an entry that is not after its first text. */
    long position() {
        return position;
    }

    /** When something of it came last, in wall-clock milliseconds; 0 if that was not read again. */
    long heardAtMs() {
        return heardAtMs;
    }

    boolean hasEnded() {
        return hasEnded;
    }

    /** The query, or null if it was not found, or not looked for. */
    Query query() {
        return query;
    }

    /** The reason of a cancel, or null if none was found, or looked for. */
    String cancelReason() {
        return cancelReason;
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
