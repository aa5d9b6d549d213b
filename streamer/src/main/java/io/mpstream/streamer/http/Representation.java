package io.mpstream.streamer.http;

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
record Representation(Format format, String unit, boolean isJsonData) {
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
     * What the options ask for, and where they are silent the {@code Accept} field.
     *
     * @throws BadRequest 400 if options contradict each other, 406 if nothing is acceptable
     */
    static Representation of(HttpServerExchange exchange, Options options) {
        Format format = format(exchange, options);
        if (format == null) {
            throw new BadRequest(StatusCodes.NOT_ACCEPTABLE, "this server has " + Format.all());
        }
        return new Representation(format, options.unit(format), options.isJsonData(format));
    }

    /** The format that is asked for, or null if there is none that is acceptable. */
    static Format format(HttpServerExchange exchange, Options options) {
        Format named = options.format();
        return named == null ? Accept.choose(exchange.getRequestHeaders()) : named;
    }

    /** The encoder of it, with HTTP/1.1's framing or without. */
    Encoder encoder(boolean isChunked) {
        return switch (format) {
            case TEXT -> !isChunked ? PLAIN : switch (unit) {
                case Options.CHARACTER -> CHARACTERS;
                case Options.GRAPHEME -> GRAPHEMES;
                default -> PLAIN_CHUNKED;
            };
            case SSE -> isJsonData ? isChunked ? JSON_EVENTS_CHUNKED : JSON_EVENTS : isChunked ? EVENTS_CHUNKED : EVENTS;
            case NDJSON -> isChunked ? LINES_CHUNKED : LINES;
        };
    }
}
