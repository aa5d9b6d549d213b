package io.mpstream.responders.exec;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is said between a worker and the producer, a line of JSON each. */
final class WorkerMessages {
    private static final JsonMapper MAPPER = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /** To a worker: one of the two. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ToWorker(Ask ask, Cancel cancel) {
    }

    /** Nobody wants the rest of this stream's answer. */
    record Cancel(String stream) {
    }

    /** From a worker: that it is ready, a piece of a stream's text, or a stream's end. */
    record FromWorker(boolean ready, boolean resumable, String stream, String text, End end) {
    }

    /** How an answer ended: {@code completed}, or {@code failed} with a detail. */
    record End(String outcome, String detail, Map<String, String> notes) {
        boolean isCompleted() {
            return "completed".equals(outcome);
        }
    }

    private WorkerMessages() {
    }

    /** A message with its line feed. */
    static byte[] line(Object message) {
        return (MAPPER.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a line.
     *
     * @throws CommandFailedException if it is none of the messages, saying where
     */
    static FromWorker parse(String line) throws CommandFailedException {
        try {
            FromWorker message = MAPPER.readValue(line, FromWorker.class);
            if (message == null || !message.ready() && (message.stream() == null || (message.text() == null) == (message.end() == null))) {
                throw new CommandFailedException("the worker wrote a line that is no message: " + shortened(line));
            }
            return message;
        } catch (JacksonException e) {
            throw new CommandFailedException("the worker wrote a line that is no JSON: " + shortened(line));
        }
    }

    private static String shortened(String line) {
        return line.length() <= 100 ? line : line.substring(0, 100) + "…";
    }
}
