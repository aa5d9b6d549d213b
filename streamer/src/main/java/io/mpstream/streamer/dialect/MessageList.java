package io.mpstream.streamer.dialect;

import io.mpstream.protocol.Conversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The messages of a chat, and which of them is the query: the user's last one. Contents that come in parts are joined by line feeds. Confined
 * to one thread.
 */
final class MessageList {
    private static final String ROLE = "role";
    private static final String CONTENT = "content";
    private static final String USER = "user";
    private static final String ASSISTANT = "assistant";
    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final Set<String> ROLES = Set.of("system", "developer", USER, ASSISTANT);
    private static final Set<String> TEXT_TYPES = Set.of(TEXT, "input_text", "output_text");
    /** What ends a message whose content is the query's text. */
    private static final String PLACE_TAIL = "0}";
    private static final String REFERENCE = "item_reference";
    private static final String ANSWER_PREFIX = "msg_";
    /** Parts of messages that say nothing to a model. */
    private static final Set<String> SILENT_TYPES = Set.of("step-start", "reasoning", "refusal");
    private static final String SILENT_PREFIX = "data-";

    private final String param;
    private final boolean isVerbatim;
    private final Map<String, String> answers;
    private final ArrayNode messages = Fields.MAPPER.createArrayNode();

    /**
     * An empty list.
     *
     * @param param      the parameter that it is read from, for errors
     * @param isVerbatim whether messages are taken as they are, whatever is in them
     * @param answers    texts of earlier answers that may be referred to, by the id of their stream
     */
    MessageList(String param, boolean isVerbatim, Map<String, String> answers) {
        this.param = param;
        this.isVerbatim = isVerbatim;
        this.answers = answers;
    }

    /** The streams whose answers an array of items refers to. */
    static List<String> references(JsonNode items) {
        return items == null || !items.isArray() ? List.of()
                : items.values().stream().filter(each -> each.path(TYPE).asString("").equals(REFERENCE)).map(MessageList::answer).distinct().toList();
    }

    private static String answer(JsonNode reference) {
        String id = reference.path("id").asString("");
        return id.startsWith(ANSWER_PREFIX) ? id.substring(ANSWER_PREFIX.length()) : id;
    }

    /** Adds a message. */
    void add(String role, String content) {
        messages.addObject().put(ROLE, role).put(CONTENT, content);
    }

    /** Adds the messages of an array; the content of each is in the member of this name. */
    void addAll(JsonNode array, String contentName) {
        if (!(array instanceof ArrayNode) || array.isEmpty()) {
            throw DialectException.invalid(param, "'" + param + "' is not a list of messages, or is empty");
        }
        array.values().forEach(each -> add(each, contentName));
    }

    private void add(JsonNode message, String contentName) {
        if (!(message instanceof ObjectNode object)) {
            throw DialectException.invalid(param, "a message is not a JSON object");
        }
        String type = object.path(TYPE).asString("message");
        if (type.equals(REFERENCE) && answers.containsKey(answer(object))) {
            add(ASSISTANT, answers.get(answer(object)));
            return;
        }
        if (SILENT_TYPES.contains(type)) {
            return;
        }
        if (!type.equals("message")) {
            throw DialectException.unsupported(param, "items of the type '" + type + "' are not supported");
        }
        JsonNode role = object.path(ROLE);
        if (isVerbatim) {
            messages.add(object.deepCopy());
        } else if (role.isString() && ROLES.contains(role.stringValue())) {
            add(role.stringValue(), content(role.stringValue(), object.path(contentName)));
        } else {
            throw DialectException.unsupported(param, "messages of the role " + role + " are not supported");
        }
    }

    /** The text of a content, which may come in parts. Of an assistant's message other parts are passed over: they were answers, and are not asked. */
    private String content(String role, JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        if (content.isArray()) {
            List<String> texts = new ArrayList<>();
            content.values().forEach(part -> text(part, !isVerbatim && !role.equals(ASSISTANT), texts));
            return String.join("\n", texts);
        }
        if (content.isNull() || content.isMissingNode()) {
            return "";
        }
        throw DialectException.invalid(param, "the content of a message is neither a string nor a list of parts");
    }

    private void text(JsonNode part, boolean isStrict, List<String> texts) {
        String type = part.path(TYPE).asString("");
        if (TEXT_TYPES.contains(type) && part.path(TEXT).isString()) {
            texts.add(part.path(TEXT).stringValue());
        } else if (isStrict && !SILENT_TYPES.contains(type) && !type.startsWith(SILENT_PREFIX)) {
            throw DialectException.unsupported(param, "parts of the type '" + type + "' are not supported");
        }
    }

    /**
     * Takes the text of the query out of the list: the user's last message. The rest of it becomes attributes.
     *
     * @return the text, never empty
     */
    String takeText(Map<String, String> attributes) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            ObjectNode message = (ObjectNode) messages.get(i);
            if (message.path(ROLE).asString("").equals(USER)) {
                String text = content(USER, message.path(CONTENT));
                if (text.isEmpty()) {
                    break;
                }
                store(message, attributes);
                return text;
            }
        }
        throw DialectException.invalid(param, "there is no message of the user, or the last one is empty");
    }

    /** Puts the list into attributes, with a place for the content of this message where that is a text. */
    private void store(ObjectNode query, Map<String, String> attributes) {
        boolean hasPlace = query.path(CONTENT).isString();
        if (hasPlace) {
            // As the last member, so that it is known where it stands.
            query.remove(CONTENT);
            query.put(CONTENT, 0);
        }
        StringBuilder stored = new StringBuilder("[");
        for (JsonNode message : messages.values()) {
            stored.append(stored.length() == 1 ? "" : ",").append(Fields.MAPPER.writeValueAsString(message));
            if (hasPlace && message == query) {
                attributes.put(Conversation.PLACE, Integer.toString(stored.length() - PLACE_TAIL.length()));
            }
        }
        attributes.put(Conversation.STORED, stored.append(']').toString());
    }
}
