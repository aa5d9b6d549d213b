package io.mpstream.streamer.json;

import tools.jackson.databind.node.ObjectNode;

/**
 * An error before a stream begins, as {@code application/problem+json} (RFC 9457). It says nothing of the inside.
 *
 * @param status      the HTTP status, which tells the kind
 * @param title       the status in words
 * @param detail      what was wrong with this request, and what would be right
 * @param firstOffset the first offset of the stream that can still be read, or null where that says nothing
 */
public record Problem(int status, String title, String detail, Long firstOffset) {
    /** The media type of {@link #json()}. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** The document, as UTF-8. */
    public byte[] json() {
        return Json.bytes(fields(Json.object().put("type", "about:blank")));
    }

    /**
     * The message that tells it on a WebSocket.
     *
     * @param ref the client's reference, or null where the client's message has none that can be read
     */
    public byte[] message(String ref) {
        ObjectNode message = Json.object();
        if (ref != null) {
            message.put("ref", ref);
        }
        message.set("error", fields(Json.object()));
        return Json.bytes(message);
    }

    private ObjectNode fields(ObjectNode object) {
        object.put("title", title).put("status", status).put("detail", detail);
        if (firstOffset != null) {
            object.put("firstOffset", firstOffset);
        }
        return object;
    }
}
