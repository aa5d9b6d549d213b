package io.mpstream.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How far a stream has been read: which stream, how many bytes of its text, and, if that was from the start, their digest. Changed by the thread
 * that reads; any thread may look.
 */
final class Place {
    private static final long UNKNOWN = -1;

    private final MessageDigest digest = sha256();
    private volatile String stream;
    private volatile long offset;
    private boolean isFromStart;
    private boolean hasMoved;

    /** Of a stream that is not known yet, and will be read from its start. */
    Place() {
        begin(null, 0);
    }

    /** Of a stream that will be read from this offset. */
    Place(String stream, long offset) {
        begin(stream, offset);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Goes to another stream. */
    void begin(String stream, long offset) {
        this.stream = stream;
        this.offset = offset;
        isFromStart = offset == 0;
        digest.reset();
    }

    /** Goes to the live end of a stream, wherever that is. */
    void beginLive(String stream) {
        begin(stream, UNKNOWN);
    }

    /** Null until it is known. */
    String stream() {
        return stream;
    }

    /** Learns the name of the stream that was asked. */
    void named(String stream) {
        this.stream = stream;
    }

    boolean isKnown() {
        return offset != UNKNOWN;
    }

    /** Bytes of text that have been read, or lie before what is read; 0 if that is not known. */
    long offset() {
        return Math.max(0, offset);
    }

    /** Whether the server has said text up to here, so that it is no place of the user's making. */
    boolean hasMoved() {
        return hasMoved;
    }

    /** Whether all of this text was read before. */
    boolean has(Line.Text text) {
        return isKnown() && text.offset() <= offset;
    }

    /** Whether text that leads to this offset leaves a hole. */
    boolean isBefore(Line.Text text) {
        return isKnown() && start(text) > offset;
    }

    private static long start(Line.Text text) {
        return text.offset() - text.text().getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Takes text, and returns what of it is new.
     *
     * @throws CorruptException if it does not belong here
     */
    String take(Line.Text text) {
        byte[] utf8 = text.text().getBytes(StandardCharsets.UTF_8);
        long start = text.offset() - utf8.length;
        if (!isKnown()) {
            offset = start;
        }
        if (start < 0 || start > offset) {
            throw new CorruptException("text came for offset " + start + " where " + offset + " was due");
        }
        if (text.offset() <= offset) {
            return "";
        }
        int known = (int) (offset - start);
        if ((utf8[known] & 0xC0) == 0x80) {
            throw new CorruptException("text came whose characters are cut at offset " + offset);
        }
        digest.update(utf8, known, utf8.length - known);
        offset = text.offset();
        hasMoved = true;
        return known == 0 ? text.text() : new String(utf8, known, utf8.length - known, StandardCharsets.UTF_8);
    }

    /**
     * Compares what was read with what the server says of the whole.
     *
     * @throws CorruptException if it is something else
     */
    void verify(End end) {
        if (isKnown() && end.offset() != offset) {
            throw new CorruptException("the text has " + end.offset() + " bytes and ended after " + offset);
        }
        if (!isFromStart || end.outcome() == End.Outcome.FAILED) {
            return;
        }
        String read = HexFormat.of().formatHex(digest.digest());
        if (!end.sha256().equalsIgnoreCase(read)) {
            throw new CorruptException("the text has the digest " + read + " and should have " + end.sha256());
        }
    }
}
