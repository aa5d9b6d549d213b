package io.mpstream.streamer.dialect;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.encoding.Ascii;
import io.mpstream.streamer.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's response object, in parts, so that its text need not be in memory: head, then the message if there is one, its text between its own
 * head and tail, then tail. Immutable.
 */
final class ResponseObject {
    /** Before the id of a stream. */
    static final String PREFIX = "resp_";
    static final String QUEUED = "queued";
    static final String IN_PROGRESS = "in_progress";
    static final String COMPLETED = "completed";
    static final String INCOMPLETE = "incomplete";
    /** Reasons for which a text that completed is not all there is, and what they are called here. */
    private static final Map<String, String> CUT_SHORT = Map.of("length", "max_output_tokens", "content_filter", "content_filter");

    private static final byte[] ID = Ascii.bytes("{\"id\":\"" + PREFIX);
    private static final byte[] CREATED = Ascii.bytes("\",\"object\":\"response\",\"created_at\":");
    private static final byte[] OUTPUT = Ascii.bytes("\"output\":[");
    private static final byte[] MESSAGE_ID = Ascii.bytes("{\"id\":\"msg_");
    private static final byte[] MESSAGE = Ascii.bytes("\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"");

    private final byte[] said;

    /**
     * The responses to a request.
     *
     * @param said what the object repeats of the request: members, each with a comma behind it
     */
    ResponseObject(String said) {
        this.said = said.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes all before the output. */
    void head(StreamId stream, ByteBuffer out) {
        out.put(ID);
        Ascii.put(stream, out);
        out.put(CREATED);
        Ascii.put(stream.second(), out);
        out.put((byte) ',').put(said).put(OUTPUT);
    }

    /** Writes the object of a response that has not ended, without output. */
    void open(StreamId stream, String status, ByteBuffer out) {
        head(stream, out);
        tail(status, out);
    }

    /** Writes all of the message before its text. */
    static void message(StreamId stream, ByteBuffer out) {
        out.put(MESSAGE_ID);
        Ascii.put(stream, out);
        out.put(MESSAGE);
    }

    /** Writes all of the message behind its text. */
    static void messageTail(String status, ByteBuffer out) {
        out.put(Ascii.bytes("\"}],\"status\":\"" + (status.equals(COMPLETED) || status.equals(IN_PROGRESS) ? status : INCOMPLETE) + "\"}"));
    }

    /** Writes all behind the output of a response that has not ended. */
    static void tail(String status, ByteBuffer out) {
        tail(status, null, null, "null", out);
    }

    /** Writes all behind the output of a response that has. */
    static void tail(End end, ByteBuffer out) {
        String status = status(end);
        String message = end.outcome() == Outcome.CANCELLED || end.detail().isEmpty() ? status : end.detail();
        String cutShort = status.equals(INCOMPLETE) ? CUT_SHORT.get(Usage.finishReason(end.notes())) : null;
        tail(status, cutShort, end.outcome() == Outcome.COMPLETED ? null : Json.object().put("code", "server_error").put("message", message), Usage.of(end.notes()).responses(), out);
    }

    private static void tail(String status, String cutShort, ObjectNode error, String usage, ByteBuffer out) {
        out.put(Ascii.bytes("],\"status\":\"" + status + "\",\"error\":")).put(error == null ? Ascii.bytes("null") : Json.bytes(error));
        out.put(Ascii.bytes(",\"incomplete_details\":" + (cutShort == null ? "null" : "{\"reason\":\"" + cutShort + "\"}") + ",\"usage\":" + usage + "}"));
    }

    /** How a response ended. */
    static String status(End end) {
        return switch (end.outcome()) {
            case COMPLETED -> CUT_SHORT.containsKey(Usage.finishReason(end.notes())) ? INCOMPLETE : COMPLETED;
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }
}
