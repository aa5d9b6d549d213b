package io.mpstream.streamer.http.request;

import io.mpstream.protocol.StreamId;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;

/**
 * The id of a server-sent event: a client's place in a stream.
 *
 * @param stream the stream
 * @param offset bytes of its text that the client has
 * @param isEnd  whether the client has the end too
 */
public record EventId(StreamId stream, long offset, boolean isEnd) {
    private static final HttpString LAST_EVENT_ID = new HttpString("Last-Event-ID");
    private static final String FORM = "[0-9a-f]{32}:\\d{1,18}(:end)?";

    @Override
    public String toString() {
        return stream + ":" + offset + (isEnd ? ":end" : "");
    }

    /**
     * The id of the event that the client had last, or null if it had none. Clients that cannot send the header say it in an option; the
     * header wins, because a browser that comes back sends it with the parameters of the first time.
     *
     * @throws HttpProblem 400 if it cannot be read
     */
    public static EventId last(HttpServerExchange exchange, QueryParameters parameters) {
        String field = exchange.getRequestHeaders().getFirst(LAST_EVENT_ID);
        String text = field == null || field.isEmpty() ? parameters.lastEventId() : field;
        if (text.isEmpty()) {
            return null;
        }
        if (!text.matches(FORM)) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "the Last-Event-ID is not one of this server's: stream id, colon, offset");
        }
        String[] parts = text.split(":");
        return new EventId(StreamId.parse(parts[0]), Long.parseLong(parts[1]), parts.length > 2);
    }
}
