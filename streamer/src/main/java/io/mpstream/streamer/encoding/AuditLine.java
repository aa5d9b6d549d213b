package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Notes;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * An answer in the audit file: a JSON object, and a line feed. Written by hand: one an answer, it would be the dearest part of a short one
 * otherwise. Confined to one thread.
 */
public final class AuditLine {
    private static final int ESCAPED_BYTES_MAX = 6;
    private static final int REST_BYTES_MAX = 512;
    /** Quotes, colon and comma of one note. */
    private static final int NOTE_MARKS = 6;
    private static final int SECOND_MS = 1_000;
    /** Of a time as {@link Instant} writes it, the part that says the second: {@code 2026-01-31T12:34:56}. */
    private static final int SECOND_LENGTH = 19;

    private static final byte[] USER = Ascii.bytes("{\"user\":");
    private static final byte[] STREAM = Ascii.bytes(",\"stream\":\"");
    private static final byte[] BYTES = Ascii.bytes("\",\"bytes\":");
    private static final byte[] OUTCOME = Ascii.bytes(",\"outcome\":\"");
    private static final byte[] ACCEPTED = Ascii.bytes("\",\"acceptedAt\":");
    private static final byte[] STARTED = Ascii.bytes(",\"startedAt\":");
    private static final byte[] ENDED = Ascii.bytes(",\"endedAt\":");
    private static final byte[] TRACE = Ascii.bytes(",\"traceId\":\"");
    private static final byte[] NOTES = Ascii.bytes(",\"notes\":{");
    private static final byte[] CLOSE = Ascii.bytes("}\n");
    private static final byte[] NULL = Ascii.bytes("null");

    /** Most times are of the same second as the one before. */
    private long second = -1;
    private byte[] secondText;

    /** No line yet. */
    public AuditLine() {
    }

    /** Bytes of the longest line of a user with so many characters, and these notes. */
    public static int bytesMax(String user, Notes notes) {
        int characters = user.length();
        for (Map.Entry<String, String> note : notes.all().entrySet()) {
            characters += note.getKey().length() + note.getValue().length() + NOTE_MARKS;
        }
        return ESCAPED_BYTES_MAX * characters + REST_BYTES_MAX;
    }

    /**
     * Writes the line of an answer that has ended. It says nothing of what was asked.
     *
     * @param user        who asked, or an empty string
     * @param trace       that the query was part of; null if it was part of none
     * @param startedAtMs 0 if it never started
     * @param out         has {@link #bytesMax} left
     */
    public void put(End end, String user, String trace, long acceptedAtMs, long startedAtMs, ByteBuffer out) {
        out.put(USER);
        if (user.isEmpty()) {
            out.put(NULL);
        } else {
            string(user, out);
        }
        Ascii.put(end.stream(), out.put(STREAM));
        Ascii.put(end.offset(), out.put(BYTES));
        out.put(OUTCOME).put(Ascii.bytes(end.outcome().name().toLowerCase(Locale.ROOT)));
        time(acceptedAtMs, out.put(ACCEPTED));
        time(startedAtMs, out.put(STARTED));
        time(end.atMs(), out.put(ENDED));
        if (trace != null) {
            out.put(TRACE).put(Ascii.bytes(trace)).put((byte) '"');
        }
        if (!end.notes().isEmpty()) {
            notes(end.notes(), out);
        }
        out.put(CLOSE);
    }

    private static void notes(Notes notes, ByteBuffer out) {
        out.put(NOTES);
        boolean isFirst = true;
        for (Map.Entry<String, String> note : notes.all().entrySet()) {
            if (!isFirst) {
                out.put((byte) ',');
            }
            isFirst = false;
            string(note.getKey(), out);
            out.put((byte) ':');
            string(note.getValue(), out);
        }
        out.put((byte) '}');
    }

    private static void string(String text, ByteBuffer out) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) '"');
        JsonText.put(utf8, 0, utf8.length, out);
        out.put((byte) '"');
    }

    private void time(long ms, ByteBuffer out) {
        if (ms == 0) {
            out.put(NULL);
            return;
        }
        long atSecond = Math.floorDiv(ms, SECOND_MS);
        if (atSecond != second) {
            second = atSecond;
            secondText = Ascii.bytes("\"" + Instant.ofEpochSecond(atSecond).toString().substring(0, SECOND_LENGTH) + ".");
        }
        int rest = Math.floorMod(ms, SECOND_MS);
        out.put(secondText).put((byte) ('0' + rest / 100)).put((byte) ('0' + rest / 10 % 10)).put((byte) ('0' + rest % 10)).put((byte) 'Z').put((byte) '"');
    }

    /** The time at which the answer of the last whole line of these ended, in wall-clock milliseconds; 0 if there is none. */
    public static long lastEndedAtMs(String lines) {
        int end = lines.lastIndexOf('\n');
        String last = end < 0 ? "" : lines.substring(lines.lastIndexOf('\n', end - 1) + 1, end);
        try {
            return last.isEmpty() ? 0 : Instant.parse(Json.known(last).path("endedAt").asString("")).toEpochMilli();
        } catch (JacksonException | DateTimeParseException e) {
            // Somebody else has written it.
            return 0;
        }
    }
}
