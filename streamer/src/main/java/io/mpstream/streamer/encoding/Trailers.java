package io.mpstream.streamer.encoding;

import io.mpstream.protocol.End;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The trailers of a plain-text response: how the stream ended, for a format that has no other place for it. */
public final class Trailers {
    /** The names, as the {@code Trailer} field announces them. */
    public static final String NAMES = "Stream-Outcome, Stream-Offset, Stream-Digest";

    private Trailers() {
    }

    /** Names and values, in this order; the digest as RFC 9530 writes it. */
    public static Map<String, String> of(End end) {
        Map<String, String> trailers = new LinkedHashMap<>();
        trailers.put("Stream-Outcome", end.outcome().name().toLowerCase(Locale.ROOT));
        trailers.put("Stream-Offset", Long.toString(end.offset()));
        trailers.put("Stream-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(end.sha256()) + ":");
        return trailers;
    }
}
