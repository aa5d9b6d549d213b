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
 * @param mediaType   of the response
 * @param hasTrailers whether the end of a live stream is told in trailers too
 * @param plain       encodes it
 * @param chunked     encodes it with HTTP/1.1's framing
 */
public record Representation(String mediaType, boolean hasTrailers, Encoder plain, Encoder chunked) {
    private static final PlainText TEXT = new PlainText();
    private static final Representation CHARACTERS = new Representation(PlainText.MEDIA_TYPE, true, TEXT, new CharacterChunks());
    private static final Representation GRAPHEMES = new Representation(PlainText.MEDIA_TYPE, true, TEXT, new GraphemeChunks());
    private static final Representation ANY = new Representation(PlainText.MEDIA_TYPE, true, TEXT, new Chunked(TEXT, true));
    private static final Representation EVENTS = of(ServerSentEvents.MEDIA_TYPE, new ServerSentEvents(false));
    private static final Representation JSON_EVENTS = of(ServerSentEvents.MEDIA_TYPE, new ServerSentEvents(true));
    private static final Representation LINES = of(JsonLines.MEDIA_TYPE, new JsonLines());

    /** A representation whose end tells all by itself. */
    public static Representation of(String mediaType, Encoder encoder) {
        return new Representation(mediaType, false, encoder, new Chunked(encoder, false));
    }

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
        String unit = parameters.unit(format);
        boolean isJsonData = parameters.isJsonData(format);
        return switch (format) {
            case TEXT -> switch (unit) {
                case QueryParameters.CHARACTER -> CHARACTERS;
                case QueryParameters.GRAPHEME -> GRAPHEMES;
                default -> ANY;
            };
            case SSE -> isJsonData ? JSON_EVENTS : EVENTS;
            case NDJSON -> LINES;
        };
    }

    /** The format that is asked for, or null if there is none that is acceptable. */
    public static Format format(HttpServerExchange exchange, QueryParameters parameters) {
        Format named = parameters.format();
        return named == null ? Accept.choose(exchange.getRequestHeaders()) : named;
    }

    /** The encoder of it, with HTTP/1.1's framing or without. */
    public Encoder encoder(boolean isChunked) {
        return isChunked ? chunked : plain;
    }
}
