package io.mpstream.streamer.http.response;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;

/** Requests in the API of another, whose errors are that API's too. I/O threads. */
public final class Dialects {
    private static final AttachmentKey<Boolean> KEY = AttachmentKey.create(Boolean.class);

    private Dialects() {
    }

    /** From now on errors of this request are OpenAI's. */
    public static void speak(HttpServerExchange exchange) {
        exchange.putAttachment(KEY, true);
    }

    static boolean isSpoken(HttpServerExchange exchange) {
        return exchange.getAttachment(KEY) != null;
    }
}
