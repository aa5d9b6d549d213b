package io.mpstream.responders.openai;

import io.mpstream.responder.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes what comes of one request to a reply, and judges how it ended. One thread. */
final class Completion {
    private static final String DONE = "[DONE]";
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Reply reply;
    private final boolean hasReasoning;
    private boolean hasText;
    private String finishReason;

    Completion(Reply reply, boolean hasReasoning) {
        this.reply = reply;
        this.hasReasoning = hasReasoning;
    }

    /** Whether anything was written: from then on there is no other try. */
    boolean hasText() {
        return hasText;
    }

    /**
     * Reads to the end.
     *
     * @throws UpstreamException if the end is not that of a whole answer
     * @throws IOException       if the connection broke
     */
    void read(InputStream body) throws IOException, UpstreamException {
        ServerSentEvents events = new ServerSentEvents(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
        boolean isDone = false;
        for (ServerSentEvents.Event event = events.next(); event != null && !isDone; event = isDone ? null : events.next()) {
            isDone = event.data().startsWith(DONE);
            if (!isDone) {
                take(event);
            }
        }
        if (!isDone && finishReason == null) {
            throw new UpstreamException("the upstream ended in the middle of the answer");
        }
    }

    private void take(ServerSentEvents.Event event) throws UpstreamException {
        JsonNode chunk = parse(event.data());
        JsonNode error = chunk.path("error");
        if (event.name().equals("error") || !error.isMissingNode() && !error.isNull()) {
            throw new UpstreamException("the upstream failed: " + message(error.isMissingNode() ? chunk : error));
        }
        note("model", chunk.path("model"));
        usage(chunk.path("usage"));
        JsonNode choice = chunk.path("choices").path(0);
        if (hasReasoning) {
            write(choice.path("delta").path("reasoning_content"));
            write(choice.path("delta").path("reasoning"));
        }
        write(choice.path("delta").path("content"));
        JsonNode finish = choice.path("finish_reason");
        if (finish.isString() && !finish.stringValue().isEmpty()) {
            finishReason = finish.stringValue();
            note("finish_reason", finish);
        }
    }

    private static JsonNode parse(String data) throws UpstreamException {
        try {
            return MAPPER.readTree(data);
        } catch (JacksonException e) {
            throw new UpstreamException("the upstream sent an event that is no JSON: " + shortened(data));
        }
    }

    private void write(JsonNode text) {
        if (text.isString() && !text.stringValue().isEmpty()) {
            hasText = true;
            reply.write(text.stringValue());
        }
    }

    private void usage(JsonNode usage) {
        note("input_tokens", usage.path("prompt_tokens"));
        note("output_tokens", usage.path("completion_tokens"));
    }

    private void note(String name, JsonNode value) {
        if (value.isString() && !value.stringValue().isEmpty() || value.isIntegralNumber()) {
            String text = value.asString();
            reply.note(name, text.length() <= 128 ? text : text.substring(0, 128));
        }
    }

    /** What an error says: its message, or itself. */
    static String message(JsonNode error) {
        JsonNode message = error.path("message");
        return shortened(message.isString() ? message.stringValue() : error.isString() ? error.stringValue() : error.toString());
    }

    static String shortened(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
}
