package io.mpstream.protocol;

import java.util.HashMap;
import java.util.Map;

/**
 * The messages of a chat, as a query's attributes hold them: a JSON array. Of the message that is the query's text too the journal has
 * {@link #TEXT_PLACE} where its content would be, so that a long one is there once. Responders get all of them whole.
 */
public final class Conversation {
    /** What names of attributes begin with that are the server's own: no client may send them, and no responder gets them. */
    public static final String OWN = "mpstream.";
    /** The attribute that has the messages in the journal. */
    public static final String STORED = OWN + "messages";
    /** The attribute that has them for responders. */
    public static final String MESSAGES = "messages";
    /** The member that stands for the query's text: no message has a number for its content, and no JSON string has these characters in it. */
    public static final String TEXT_PLACE = "\"content\":0";

    private static final String MEMBER = "\"content\":";

    private Conversation() {
    }

    /** The attributes of a query for its responder. */
    public static Map<String, String> attributes(Query query) {
        Map<String, String> attributes = new HashMap<>(query.attributes());
        attributes.keySet().removeIf(name -> name.startsWith(OWN));
        String stored = query.attributes().get(STORED);
        if (stored != null) {
            attributes.put(MESSAGES, messages(stored, query.text()));
        }
        return attributes;
    }

    /**
     * The messages, whole.
     *
     * @param stored as the journal has them
     * @param text   of the query
     */
    public static String messages(String stored, String text) {
        int at = stored.indexOf(TEXT_PLACE);
        if (at < 0) {
            return stored;
        }
        StringBuilder whole = new StringBuilder(stored.length() + text.length()).append(stored, 0, at).append(MEMBER);
        quote(text, whole);
        return whole.append(stored, at + TEXT_PLACE.length(), stored.length()).toString();
    }

    /** Writes a JSON string (RFC 8259, section 7). */
    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                out.append('\\').append(unit);
            } else if (unit < ' ') {
                out.append("\\u%04x".formatted((int) unit));
            } else {
                out.append(unit);
            }
        }
        out.append('"');
    }
}
