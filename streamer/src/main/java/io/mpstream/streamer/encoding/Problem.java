package io.mpstream.streamer.encoding;

import tools.jackson.databind.json.JsonMapper;

/**
 * An error before a stream begins, as {@code application/problem+json} (RFC 9457). It says nothing of the inside.
 *
 * @param type   always {@code about:blank}: the status tells the kind
 * @param title  the status in words
 * @param status the HTTP status
 * @param detail what was wrong with this request, and what would be right
 */
public record Problem(String type, String title, int status, String detail) {
    /** The media type of {@link #json()}. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A problem of a status. */
    public Problem(int status, String title, String detail) {
        this("about:blank", title, status, detail);
    }

    /** The document, as UTF-8. */
    public byte[] json() {
        return JSON.writeValueAsBytes(this);
    }
}
