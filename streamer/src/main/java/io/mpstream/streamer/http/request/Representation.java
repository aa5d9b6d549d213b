package io.mpstream.streamer.http.request;

import io.mpstream.streamer.encoding.CharacterChunks;
import io.mpstream.streamer.encoding.Chunked;
import io.mpstream.streamer.encoding.Encoder;
import io.mpstream.streamer.encoding.GraphemeChunks;
import io.mpstream.streamer.encoding.JsonLines;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;

/**
 * How a client gets its stream.
 *
 * @param format     the media type
 * @param unit       what a chunk of plain text is: {@code char}, {@code grapheme} or {@code any}
 * @param isJsonData whether the data of server-sent events are JSON
 */
public record Representation(Format format, String unit, boolean isJsonData) {
    private static final Encoder PLAIN = new PlainText();
    private static final Encoder CHARACTERS = new CharacterChunks();
    private static final Encoder GRAPHEMES = new GraphemeChunks();
    private static final Encoder EVENTS = new ServerSentEvents(false);
    private static final Encoder JSON_EVENTS = new ServerSentEvents(true);
    private static final Encoder LINES = new JsonLines();
    private static final Encoder PLAIN_CHUNKED = new Chunked(PLAIN, true);
    private static final Encoder EVENTS_CHUNKED = new Chunked(EVENTS, false);
    private static final Encoder JSON_EVENTS_CHUNKED = new Chunked(JSON_EVENTS, false);
    private static final Encoder LINES_CHUNKED = new Chunked(LINES, false);

    /**
     * What the parameters ask for, and where they are silent the {@code Accept} field.
     *
     * @throws HttpProblem 400 if parameters contradict each other, 406 if nothing is acceptable
     */
    public static Representation of(HttpServerExchange exchange, QueryParameters parameters) {
        Format format = format(exchange, parameters);
        if (format == null) {
            throw new HttpProblem(StatusCodes.NOT_ACCEPTABLE, "this server has " + Format.all());
        }
        return new Representation(format, parameters.unit(format), parameters.isJsonData(format));
    }

    /** The format that is asked for, or null if there is none that is acceptable. */
    public static Format format(HttpServerExchange exchange, QueryParameters parameters) {
        Format named = parameters.format();
        return named == null ? Accept.choose(exchange.getRequestHeaders()) : named;
    }

    /** The encoder of it, with HTTP/1.1's framing or without. */
    public Encoder encoder(boolean isChunked) {
        return switch (format) {
            case TEXT -> !isChunked ? PLAIN : switch (unit) {
                case QueryParameters.CHARACTER -> CHARACTERS;
                case QueryParameters.GRAPHEME -> GRAPHEMES;
                default -> PLAIN_CHUNKED;
            };
            case SSE -> isJsonData ? isChunked ? JSON_EVENTS_CHUNKED : JSON_EVENTS : isChunked ? EVENTS_CHUNKED : EVENTS;
            case NDJSON -> isChunked ? LINES_CHUNKED : LINES;
        };
    }
}
