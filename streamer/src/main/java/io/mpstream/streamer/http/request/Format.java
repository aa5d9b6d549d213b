package io.mpstream.streamer.http.request;

import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.encoding.ServerSentEvents;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The formats that a stream can be had in; the first is what a client gets that has no wish. */
public enum Format {
    TEXT("text", PlainText.MEDIA_TYPE),
    SSE("sse", ServerSentEvents.MEDIA_TYPE),
    NDJSON("ndjson", JsonLines.MEDIA_TYPE);

    private final String option;
    private final String mediaType;

    Format(String option, String mediaType) {
        this.option = option;
        this.mediaType = mediaType;
    }

    /** As the {@code format} option names it. */
    String option() {
        return option;
    }

    /** As the {@code Content-Type} of a response. */
    public String mediaType() {
        return mediaType;
    }

    /** The media type without parameters. */
    public String range() {
        int semicolon = mediaType.indexOf(';');
        return semicolon < 0 ? mediaType : mediaType.substring(0, semicolon);
    }

    /** All of them, for people. */
    static String all() {
        return Arrays.stream(values()).map(Format::range).collect(Collectors.joining(", "));
    }
}
