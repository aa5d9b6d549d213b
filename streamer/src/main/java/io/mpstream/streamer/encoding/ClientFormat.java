package io.mpstream.streamer.encoding;

import java.util.Locale;

/** The formats that clients have, by family: few, so that each can be counted. */
public enum ClientFormat {
    TEXT, SSE, NDJSON, WEBSOCKET, OPENAI, UI, DURABLE;

    /** The name in metrics: {@code sse}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
