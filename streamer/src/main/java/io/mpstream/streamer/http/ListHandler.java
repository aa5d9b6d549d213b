package io.mpstream.streamer.http;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.json.StreamPage;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** {@code GET /v1/streams}: the newest streams, a page at a time. On a worker thread: it looks at them all. */
final class ListHandler {
    private final Hub hub;

    ListHandler(Hub hub) {
        this.hub = hub;
    }

    void handle(HttpServerExchange exchange) {
        QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), QueryParameters.OF_LIST);
        int limit = parameters.limit();
        Caller caller = Caller.of(exchange);
        exchange.dispatch(() -> {
            try {
                long before = before(parameters.before(), caller);
                List<LiveStream> streams = hub.streams().stream()
                        .filter(caller::sees)
                        .filter(stream -> stream.asked().serial() < before)
                        .filter(stream -> parameters.user().isEmpty() || stream.user().equals(parameters.user()))
                        .sorted(Comparator.comparingLong((LiveStream stream) -> stream.asked().serial()).reversed())
                        .limit(limit + 1L)
                        .toList();
                Responses.json(exchange, page(streams, limit));
            } catch (RuntimeException e) {
                Problems.answer(exchange, e);
            }
        });
    }

    private long before(String id, Caller caller) {
        if (id == null) {
            return Long.MAX_VALUE;
        }
        LiveStream stream = id.matches("[0-9a-f]{32}") ? hub.find(StreamId.parse(id)) : null;
        if (stream == null || !caller.sees(stream)) {
            throw HttpProblem.unseen(StatusCodes.GONE, "there is no stream '" + id + "' to go on after");
        }
        return stream.asked().serial();
    }

    private static StreamPage page(List<LiveStream> streams, int limit) {
        boolean isLast = streams.size() <= limit;
        return new StreamPage(streams.stream().limit(limit).map(ListHandler::entry).toList(), isLast ? null : streams.get(limit - 1).id().toString());
    }

    private static StreamPage.Entry entry(LiveStream stream) {
        return new StreamPage.Entry(stream.id().toString(), stream.asked().preview(), stream.user(), stream.state(), stream.watermark(),
                time(stream.asked().acceptedAtMs()), time(stream.startedAtMs()), stream.end() == null ? null : time(stream.end().atMs()));
    }

    private static Instant time(long ms) {
        return ms == 0 ? null : Instant.ofEpochMilli(ms);
    }
}
