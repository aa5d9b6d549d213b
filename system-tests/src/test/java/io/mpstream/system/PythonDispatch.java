package io.mpstream.system;

import io.mpstream.responder.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What openai-python makes of an event stream, by its own rules: every blank line dispatches an event once a field came, or an {@code id} in any
 * event before; each must be JSON, until one begins with {@code [DONE]}; and one with an {@code error} is raised.
 *
 * @param events  what the user of the library gets, one after the other
 * @param error   the message that it raises, or null
 * @param isEnded whether it has seen the last one, {@code [DONE]}
 */
record PythonDispatch(List<JsonNode> events, String error, boolean isEnded) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Asks one of the API's addresses. */
    static Wire ask(RunningServer server, String target, Map<String, ?> body) {
        byte[] bytes = JSON.writeValueAsBytes(body);
        return server.connect().send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer none\r\n"
                + "Content-Length: " + bytes.length + "\r\n\r\n").send(bytes);
    }

    /** A conversation of one message. */
    static List<Message> messages(String content) {
        return List.of(new Message("user", content));
    }

    /** Reads a whole body. */
    static PythonDispatch read(String body) {
        List<JsonNode> events = new ArrayList<>();
        List<String> data = new ArrayList<>();
        boolean hasField = false;
        boolean hasId = false;
        for (String line : body.split("\r\n|\r|\n", -1)) {
            int colon = line.indexOf(':') < 0 ? line.length() : line.indexOf(':');
            String value = line.substring(Math.min(colon + 1, line.length())).replaceFirst("^ ", "");
            switch (line.substring(0, colon)) {
                case "data" -> hasField = data.add(value);
                case "event", "retry" -> hasField = hasField || !value.isEmpty();
                case "id" -> hasId = !value.isEmpty();
                default -> {
                    if (!line.isEmpty() || !hasField && !hasId) {
                        continue;
                    }
                    String text = String.join("\n", data);
                    if (text.startsWith("[DONE]")) {
                        return new PythonDispatch(events, null, true);
                    }
                    JsonNode event = JSON.readTree(text);
                    if (event.isMissingNode()) {
                        throw new IllegalArgumentException("an event without data");
                    }
                    if (event.hasNonNull("error")) {
                        return new PythonDispatch(events, event.get("error").get("message").asString(), false);
                    }
                    events.add(event);
                    data.clear();
                    hasField = false;
                }
            }
        }
        return new PythonDispatch(events, null, false);
    }

    /** The text of all its events, of whatever kind. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (JsonNode event : events) {
            text.append(event.at("/choices/0/delta/content").asString("")).append(event.at("/choices/0/text").asString(""));
            if (event.path("delta").isString()) {
                text.append(event.get("delta").asString());
            }
        }
        return text.toString();
    }
}
