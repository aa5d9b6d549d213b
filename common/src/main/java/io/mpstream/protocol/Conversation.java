package io.mpstream.protocol;

import java.util.HashMap;
import java.util.Map;

/**
 * The messages of a chat, as a query's attributes hold them: a JSON array. Of the message that is the query's text too the journal has a 0 where
 * its content would be, so that a long one is there once. Responders get all of them whole.
 */
public final class Conversation {
    /** What names of attributes begin with that are the server's own: no client may send them, and no responder gets them. */
    public static final String OWN = "mpstream.";
    /** The attribute that has the messages in the journal. */
    public static final String STORED = OWN + "messages";
    /** The attribute that has them for responders. */
    public static final String MESSAGES = "messages";
    /** The attribute that says where the content is 0 that is the query's text: an index of UTF-16 units; not there where none is. */
    public static final String PLACE = OWN + "place";

    /** The attribute with the digest of the request that a query came in, where its text is not all of it. */
    public static final String DIGEST = OWN + "digest";
    /** The attribute with a client's name for the conversation that a query belongs to. */
    public static final String CHAT = OWN + "chat";

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Conversation() {
    }

    /** The attributes of a query for its responder. */
    public static Map<String, String> attributes(Query query) {
        Map<String, String> attributes = new HashMap<>(query.attributes());
        attributes.keySet().removeIf(name -> name.startsWith(OWN));
        String messages = messages(query);
        if (messages != null) {
            attributes.put(MESSAGES, messages);
        }
        return attributes;
    }

    /** The messages of a query, whole; null if it has none. */
    public static String messages(Query query) {
        String stored = query.attributes().get(STORED);
        String place = query.attributes().get(PLACE);
        if (stored == null || place == null) {
            return stored;
        }
        int at = Integer.parseInt(place);
        StringBuilder whole = new StringBuilder(stored.length() + query.text().length()).append(stored, 0, at);
        quote(query.text(), whole);
        return whole.append(stored, at + 1, stored.length()).toString();
    }

    /** Writes a JSON string (RFC 8259, section 7). */
    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                out.append('\\').append(unit);
            } else if (unit < ' ') {
                out.append("\\u00").append(HEX[unit >> 4]).append(HEX[unit & 0xF]);
            } else {
                out.append(unit);
            }
        }
        out.append('"');
    }
}
