package io.mpstream.responders.openai;

import io.mpstream.responder.Query;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes of a query the body of {@code POST /chat/completions}. A query that came as such a body is passed on as it was; any other has the
 * messages of its attributes, or its text as the user's only one, and what its attributes say besides.
 */
final class ChatRequest {
    /** The body as the client sent it, but for the messages, which have an attribute of their own. */
    private static final String BODY = "openai.body";
    private static final String MESSAGES = "messages";
    private static final Map<String, Boolean> NUMBERS = Map.of("max_tokens", true, "seed", true, "temperature", false, "top_p", false);
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private ChatRequest() {
    }

    /**
     * The body.
     *
     * @param textSoFar what the answer begins with, or an empty string
     * @throws UpstreamException if an attribute is not what it should be
     */
    static byte[] of(Query query, UpstreamSettings settings, String textSoFar) throws UpstreamException {
        ObjectNode body = body(query);
        if (settings.model() != null) {
            body.put("model", settings.model());
        }
        body.put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        if (!textSoFar.isEmpty()) {
            ((ArrayNode) body.get(MESSAGES)).addObject().put("role", "assistant").put("content", textSoFar);
            body.put("add_generation_prompt", false).put("continue_final_message", true);
        }
        return MAPPER.writeValueAsBytes(body);
    }

    private static ObjectNode body(Query query) throws UpstreamException {
        String posted = query.attributes().get(BODY);
        if (posted != null && parse(posted, BODY) instanceof ObjectNode body) {
            body.set(MESSAGES, messages(query));
            return body;
        }
        ObjectNode body = MAPPER.createObjectNode();
        body.set(MESSAGES, messages(query));
        for (Map.Entry<String, Boolean> number : NUMBERS.entrySet()) {
            String value = query.attributes().get(number.getKey());
            if (value != null) {
                put(body, number.getKey(), value, number.getValue());
            }
        }
        if (query.attributes().containsKey("model")) {
            body.put("model", query.attributes().get("model"));
        }
        if (query.attributes().containsKey("stop")) {
            body.set("stop", parse(query.attributes().get("stop"), "stop"));
        }
        return body;
    }

    private static ArrayNode messages(Query query) throws UpstreamException {
        String given = query.attributes().get(MESSAGES);
        if (given == null) {
            ArrayNode messages = MAPPER.createArrayNode();
            messages.addObject().put("role", "user").put("content", query.text());
            return messages;
        }
        if (parse(given, MESSAGES) instanceof ArrayNode messages && !messages.isEmpty()) {
            return messages;
        }
        throw new UpstreamException("the attribute " + MESSAGES + " is no list of messages");
    }

    private static void put(ObjectNode body, String name, String value, boolean isWhole) throws UpstreamException {
        try {
            if (isWhole) {
                body.put(name, Long.parseLong(value));
            } else {
                body.put(name, Double.parseDouble(value));
            }
        } catch (NumberFormatException e) {
            throw new UpstreamException("the attribute " + name + " is no number: " + value);
        }
    }

    private static JsonNode parse(String json, String name) throws UpstreamException {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new UpstreamException("the attribute " + name + " is no JSON");
        }
    }
}
