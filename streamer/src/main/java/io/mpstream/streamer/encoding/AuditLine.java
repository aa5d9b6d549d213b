package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import tools.jackson.core.JacksonException;

/** One answer in the audit file: a JSON object, and a line feed. */
public final class AuditLine {
    private AuditLine() {
    }

    /** When the answer of the last whole line of these ended, in wall-clock milliseconds; 0 if there is none. */
    public static long lastEndedAtMs(String lines) {
        int end = lines.lastIndexOf('\n');
        String last = end < 0 ? "" : lines.substring(lines.lastIndexOf('\n', end - 1) + 1, end);
        try {
            return last.isEmpty() ? 0 : Instant.parse(JsonEvents.read(last).path("endedAt").asString("")).toEpochMilli();
        } catch (JacksonException | DateTimeParseException e) {
            // Somebody else has written it.
            return 0;
        }
    }

    /**
     * The line of an answer that has ended, in UTF-8. It says nothing of what was asked.
     *
     * @param user        who asked, or an empty string
     * @param startedAtMs 0 if it never started
     */
    public static byte[] of(End end, String user, long acceptedAtMs, long startedAtMs) {
        var line = JsonEvents.object()
                .put("user", user.isEmpty() ? null : user)
                .put("stream", end.stream().toString())
                .put("bytes", end.offset())
                .put("outcome", end.outcome().name().toLowerCase(Locale.ROOT))
                .put("acceptedAt", Instant.ofEpochMilli(acceptedAtMs).toString())
                .put("startedAt", startedAtMs == 0 ? null : Instant.ofEpochMilli(startedAtMs).toString())
                .put("endedAt", Instant.ofEpochMilli(end.atMs()).toString());
        return (new String(JsonEvents.bytes(line), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
