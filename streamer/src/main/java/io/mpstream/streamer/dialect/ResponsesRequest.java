package io.mpstream.streamer.dialect;

import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Query;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of {@code POST /v1/responses}, read. What its response repeats is an attribute of the query, so that it can be had as long as the
 * query is in the journal.
 */
public final class ResponsesRequest {
    /** The attribute with what the response repeats of the request. */
    private static final String SAID = Conversation.OWN + "said";
    /** The attribute that says that the first message is the instructions, which hold for one response. */
    private static final String INSTRUCTED = Conversation.OWN + "instructed";
    private static final String INPUT = "input";
    private static final String INSTRUCTIONS = "instructions";
    private static final String METADATA = "metadata";
    private static final String PREVIOUS = "previous_response_id";
    private static final String MODEL = "model";
    private static final String BACKGROUND = "background";
    private static final String CONTENT = "content";
    private static final String ROLE = "role";
    /** Bytes of what a response repeats: two events that have it fit into one buffer of a session. */
    private static final int SAID_BYTES_MAX = 12 * 1024;
    private static final String NONE = "\"model\":\"\",\"instructions\":null,\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true,"
            + "\"metadata\":{},\"temperature\":null,\"top_p\":null,";

    private final Fields fields;
    private final String model;

    private ResponsesRequest(Fields fields) {
        this.fields = fields;
        this.model = fields.model();
    }

    /**
     * Reads a body.
     *
     * @throws DialectException if it cannot be had
     */
    public static ResponsesRequest parse(String body) {
        Fields fields = Fields.parse(body);
        for (String name : List.of("tools", "conversation", "prompt", "include", "top_logprobs")) {
            fields.refuse(name, "answers are text");
        }
        JsonNode format = fields.node("text") == null ? null : fields.node("text").get("format");
        if (format != null && !format.path("type").asString("text").equals("text")) {
            throw DialectException.unsupported("text.format", "'text.format' is not supported: answers are text");
        }
        return new ResponsesRequest(fields);
    }

    /** The model that the client names. */
    public String model() {
        return model;
    }

    /** The id of the response that this one goes on after, or null. */
    public String previous() {
        return fields.string(PREVIOUS);
    }

    /** The ids of the streams whose answers it refers to, without prefix. */
    public List<String> references() {
        return MessageList.references(fields.node(INPUT));
    }

    /** Whether it is to run on without anybody who reads it. */
    public boolean isBackground() {
        return fields.flag(BACKGROUND);
    }

    /** Whether it is wanted as events. */
    public boolean isStreamed() {
        return fields.flag("stream");
    }

    /**
     * What is asked, with all that was said before.
     *
     * @param before  the query that this one goes on after, or null
     * @param answer  to that
     * @param answers those that it refers to, by stream
     */
    public ChatRequest chat(Query before, String answer, Map<String, String> answers) {
        MessageList messages = new MessageList(INPUT, false, answers);
        String instructions = fields.string(INSTRUCTIONS);
        if (instructions != null) {
            messages.add("system", instructions);
        }
        if (before != null) {
            said(before).forEach(message -> messages.add(message.path(ROLE).asString(""), message.path(CONTENT).asString("")));
            messages.add("assistant", answer);
        }
        JsonNode input = fields.node(INPUT);
        if (input != null && input.isString()) {
            messages.add("user", input.stringValue());
        } else {
            messages.addAll(input, CONTENT);
        }
        Map<String, String> attributes = new HashMap<>(Map.of(ChatRequest.API, "responses", MODEL, model, SAID, repeated()));
        String text = messages.takeText(attributes);
        if (instructions != null) {
            attributes.put(INSTRUCTED, "true");
        }
        ChatRequest.put(attributes, "max_tokens", fields.number("max_output_tokens", true));
        ChatRequest.put(attributes, "temperature", fields.number("temperature", false));
        ChatRequest.put(attributes, "top_p", fields.number("top_p", false));
        ChatRequest.put(attributes, "openai.user", fields.string("user"));
        if (text.length() + attributes.get(Conversation.STORED).length() > Query.BYTES_MAX) {
            throw DialectException.invalid(before == null ? INPUT : PREVIOUS, "the conversation has become longer than " + Query.BYTES_MAX + " bytes");
        }
        return new ChatRequest(text, Map.copyOf(attributes), model, isStreamed(), false);
    }

    /** What a response repeats: long instructions are left out, as if there were none. */
    private String repeated() {
        ObjectNode said = Fields.MAPPER.createObjectNode().put(MODEL, model);
        said.set(INSTRUCTIONS, fields.node(INSTRUCTIONS));
        said.putArray("tools");
        said.put("tool_choice", "auto").put("parallel_tool_calls", true);
        said.set(METADATA, fields.node(METADATA) instanceof ObjectNode metadata ? metadata : Fields.MAPPER.createObjectNode());
        for (String name : List.of("temperature", "top_p", "max_output_tokens", PREVIOUS, "user")) {
            said.set(name, fields.node(name));
        }
        said.put(BACKGROUND, isBackground()).put("store", true).put("truncation", "disabled");
        said.putObject("text").putObject("format").put("type", "text");
        String whole = members(said);
        if (bytes(whole) > SAID_BYTES_MAX) {
            whole = members(said.putNull(INSTRUCTIONS));
        }
        if (bytes(whole) > SAID_BYTES_MAX) {
            throw DialectException.invalid(METADATA, "'metadata' and what else a response repeats has more than " + SAID_BYTES_MAX + " bytes");
        }
        return whole;
    }

    private static String members(ObjectNode object) {
        String json = Fields.MAPPER.writeValueAsString(object);
        return json.substring(1, json.length() - 1) + ",";
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What the response to a query repeats of its request. */
    public static String said(Map<String, String> attributes) {
        return attributes.getOrDefault(SAID, NONE);
    }

    /** The messages of a query, but for instructions. */
    private static List<JsonNode> said(Query query) {
        String messages = Conversation.messages(query);
        if (messages == null) {
            return List.of(Fields.MAPPER.createObjectNode().put(ROLE, "user").put(CONTENT, query.text()));
        }
        List<JsonNode> all = List.copyOf(Fields.MAPPER.readTree(messages).values());
        return query.attributes().containsKey(INSTRUCTED) ? all.subList(1, all.size()) : all;
    }

    /**
     * The messages of a query, as OpenAI lists them.
     *
     * @param isOldestFirst in which order
     * @param limit         how many at most
     * @param after         id of the one before the first, or null
     */
    public static JsonNode inputItems(Query query, boolean isOldestFirst, int limit, String after) {
        ArrayNode items = Fields.MAPPER.createArrayNode();
        List<JsonNode> messages = said(query);
        for (int i = 0; i < messages.size(); i++) {
            int at = isOldestFirst ? i : messages.size() - 1 - i;
            String role = messages.get(at).path(ROLE).asString("");
            ObjectNode item = items.addObject().put("id", "msg_" + query.stream() + "_" + at).put("type", "message").put(ROLE, role).put("status", "completed");
            ObjectNode part = item.putArray(CONTENT).addObject().put("type", role.equals("assistant") ? "output_text" : "input_text")
                    .put("text", messages.get(at).path(CONTENT).asString(""));
            if (role.equals("assistant")) {
                part.putArray("annotations");
            }
        }
        return page(items, limit, after);
    }

    private static JsonNode page(ArrayNode items, int limit, String after) {
        int from = 0;
        while (after != null && from < items.size() && !items.get(from).path("id").asString("").equals(after)) {
            from++;
        }
        from = after == null ? 0 : Math.min(items.size(), from + 1);
        int to = Math.min(items.size(), from + limit);
        ArrayNode data = Fields.MAPPER.createArrayNode();
        for (int i = from; i < to; i++) {
            data.add(items.get(i));
        }
        ObjectNode page = Fields.MAPPER.createObjectNode().put("object", "list");
        page.set("data", data);
        return page.put("first_id", data.isEmpty() ? null : data.get(0).path("id").asString("")).put("last_id", data.isEmpty() ? null : data.get(data.size() - 1).path("id").asString(""))
                .put("has_more", to < items.size());
    }
}
