package io.mpstream.streamer.dialect;

import io.mpstream.protocol.Conversation;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A request of the chat APIs, read.
 *
 * @param text          what is asked
 * @param attributes    what else is handed to the responder
 * @param model         the model that the client names, or null where it cannot
 * @param isStreamed    whether the answer is wanted as events
 * @param includesUsage whether the tokens are wanted as an event
 */
public record ChatRequest(String text, Map<String, String> attributes, String model, boolean isStreamed, boolean includesUsage) {
    /** The attribute that says which API a query came by. */
    static final String API = "openai.api";
    /** The attribute with what the client calls its user; the user that MPStream knows is another. */
    private static final String USER = "openai.user";
    /** The attribute with the body, but for the messages, for a responder that passes it on. */
    private static final String BODY = "openai.body";
    private static final String MODEL = "model";
    private static final String MESSAGES = "messages";
    private static final String STREAM = "stream";
    private static final String TEXT_ONLY = "answers are text";
    private static final int CHAT_ID_LENGTH_MAX = 256;

    /**
     * Reads the body of {@code POST /v1/chat/completions}.
     *
     * @param passesOn whether the responder of a model takes the body as it is
     * @throws DialectException if it cannot be had
     */
    public static ChatRequest chat(String body, Predicate<String> passesOn) {
        Fields fields = Fields.parse(body);
        boolean isVerbatim = passesOn.test(fields.model());
        refuseAlways(fields);
        if (!isVerbatim) {
            for (String name : List.of("tools", "functions", "audio", "prediction", "web_search_options")) {
                fields.refuse(name, TEXT_ONLY);
            }
            refuseChoices(fields);
            if (fields.node("response_format") instanceof JsonNode format && !format.path("type").asString("").equals("text")) {
                throw DialectException.unsupported("response_format", "'response_format' is not supported: " + TEXT_ONLY);
            }
        }
        MessageList messages = new MessageList(MESSAGES, isVerbatim, Map.of());
        messages.addAll(fields.node(MESSAGES), "content");
        Map<String, String> attributes = attributes(fields, "chat");
        if (isVerbatim) {
            attributes.put(BODY, fields.without(MESSAGES));
        }
        return of(messages, attributes, fields);
    }

    private static void refuseChoices(Fields fields) {
        JsonNode modalities = fields.node("modalities");
        if (modalities != null && !modalities.toString().equals("[\"text\"]")) {
            throw DialectException.unsupported("modalities", "'modalities' is not supported: " + TEXT_ONLY);
        }
    }

    /** Refuses what no answer here has a place for. */
    private static void refuseAlways(Fields fields) {
        fields.refuseUnless("n", Set.of("1"), "a query has one answer");
        fields.refuse("logprobs", TEXT_ONLY);
        fields.refuse("top_logprobs", TEXT_ONLY);
    }

    /** The text is taken out of the list before the rest of it is an attribute. */
    private static ChatRequest of(MessageList messages, Map<String, String> attributes, Fields fields) {
        String text = messages.takeText(attributes);
        return new ChatRequest(text, Collections.unmodifiableMap(attributes), attributes.get(MODEL), fields.flag(STREAM), includesUsage(fields));
    }

    private static boolean includesUsage(Fields fields) {
        JsonNode options = fields.node("stream_options");
        return options != null && options.path("include_usage").asBoolean(false);
    }

    private static Map<String, String> attributes(Fields fields, String api) {
        Map<String, String> attributes = new HashMap<>(Map.of(API, api));
        put(attributes, MODEL, fields.model());
        put(attributes, USER, fields.string("user"));
        String most = fields.number("max_completion_tokens", true);
        put(attributes, "max_tokens", most != null ? most : fields.number("max_tokens", true));
        put(attributes, "temperature", fields.number("temperature", false));
        put(attributes, "top_p", fields.number("top_p", false));
        put(attributes, "seed", fields.number("seed", true));
        JsonNode stop = fields.node("stop");
        put(attributes, "stop", stop == null ? null : stop.toString());
        return attributes;
    }

    static void put(Map<String, String> attributes, String name, String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }

    /**
     * Reads the body of {@code POST /v1/completions}.
     *
     * @throws DialectException if it cannot be had
     */
    public static ChatRequest completion(String body) {
        Fields fields = Fields.parse(body);
        refuseAlways(fields);
        fields.refuseUnless("best_of", Set.of("1"), "a query has one answer");
        fields.refuse("echo", "an answer is what comes after the prompt");
        fields.refuseUnless("suffix", Set.of(""), "an answer is what comes after the prompt");
        JsonNode prompt = fields.node("prompt");
        JsonNode text = prompt != null && prompt.isArray() && prompt.size() == 1 ? prompt.get(0) : prompt;
        if (text == null || !text.isString() || text.stringValue().isEmpty()) {
            throw DialectException.invalid("prompt", "'prompt' is not a string, or a list of one, or is empty");
        }
        return new ChatRequest(text.stringValue(), Map.copyOf(attributes(fields, "completions")), fields.model(), fields.flag(STREAM), includesUsage(fields));
    }

    /**
     * Reads the body of {@code POST /v1/ui/chat}, as the AI SDK's transport sends it.
     *
     * @throws DialectException if it cannot be had
     */
    public static ChatRequest ui(String body) {
        Fields fields = Fields.parse(body);
        MessageList messages = new MessageList(MESSAGES, false, Map.of());
        messages.addAll(fields.node(MESSAGES), "parts");
        Map<String, String> attributes = new HashMap<>(Map.of(API, "ui"));
        String chat = fields.string("id");
        if (chat == null || chat.isEmpty() || chat.length() > CHAT_ID_LENGTH_MAX) {
            throw DialectException.invalid("id", "'id' is the name of the chat, of 1 to " + CHAT_ID_LENGTH_MAX + " characters");
        }
        attributes.put(Conversation.CHAT, chat);
        put(attributes, MODEL, fields.node(MODEL) == null ? null : fields.model());
        return of(messages, attributes, fields);
    }
}
