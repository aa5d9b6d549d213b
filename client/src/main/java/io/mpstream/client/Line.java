package io.mpstream.client;

import io.mpstream.client.json.JsonException;
import io.mpstream.client.json.JsonObject;
import io.mpstream.client.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A line of a stream: one of these, as {@code application/x-ndjson} has it. */
sealed interface Line {
    /** Text, and the offset after it. */
    record Text(String text, long offset) implements Line {
    }

    /** Its place among those that wait; {@code estimateMs} is -1 if that is not known. */
    record Queued(long place, long estimateMs) implements Line {
    }

    /** The responder has begun. */
    record Started() implements Line {
    }

    /** A sign of life. */
    record Heartbeat(long silentMs) implements Line {
    }

    /** The token expires soon. */
    record Challenge() implements Line {
    }

    /** The token has expired, and the response ends. */
    record Expired() implements Line {
    }

    /** The response ends, and the stream does not. */
    record Interrupted(String reason, long retryMs) implements Line {
    }

    /** A feed goes on with this stream. */
    record Restarted(String stream) implements Line {
    }

    /** The last line. */
    record Ended(End end) implements Line {
    }

    /** Text of a feed has left before it was read: what comes next is not what was due. The reader's own. */
    record Skipped() implements Line {
    }

    /** What servers to come may say. */
    record Unknown() implements Line {
    }

    /**
     * Reads one.
     *
     * @throws CorruptException if it is none
     */
    static Line read(String json) {
        try {
            return read(JsonObject.read(json));
        } catch (JsonException e) {
            throw new CorruptException("the server sent " + e.getMessage(), e);
        }
    }

    private static Line read(JsonObject line) {
        if (line.has("text")) {
            return new Text(line.string("text"), line.number("offset"));
        } else if (line.has("queued")) {
            JsonObject queued = line.object("queued");
            return new Queued(queued.number("place"), queued.has("estimateMs") ? queued.number("estimateMs") : -1);
        } else if (line.has("started")) {
            return new Started();
        } else if (line.has("phase")) {
            return new Heartbeat(line.number("silentMs"));
        } else if (line.has("end")) {
            return new Ended(end(line.object("end")));
        } else if (line.has("interrupted")) {
            JsonObject interrupted = line.object("interrupted");
            return new Interrupted(interrupted.string("reason"), interrupted.number("retryMs"));
        } else if (line.has("restarted")) {
            return new Restarted(line.object("restarted").string("stream"));
        } else if (line.has("challenge")) {
            return new Challenge();
        }
        return line.has("expired") ? new Expired() : new Unknown();
    }

    /** A line with this text. */
    static String json(String text, long offset) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("text", text);
        line.put("offset", offset);
        return JsonWriter.write(line);
    }

    private static End end(JsonObject end) {
        End.Outcome outcome;
        try {
            outcome = End.Outcome.valueOf(end.string("outcome").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new CorruptException("the server knows an outcome that this client does not: " + end.string("outcome"), e);
        }
        return new End(outcome, end.number("offset"), end.has("sha256") ? end.string("sha256") : "", end.has("detail") ? end.string("detail") : "",
                end.has("notes") ? end.object("notes").strings() : Map.of());
    }
}
