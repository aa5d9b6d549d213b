package io.mpstream.streamer.http;

import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.dialect.DurableCursor;
import io.mpstream.streamer.dialect.DurableEvents;
import io.mpstream.streamer.dialect.DurableText;
import io.mpstream.streamer.encoding.PlainText;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.DurableRead;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.DurableHead;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.StreamResponse;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.LiveStream;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;

/**
 * The read side of Durable Streams (sections 5.4 to 5.8): {@code /v1/durable/v1/stream/{id}}. Every stream can be read so; it is asked for, and not
 * created or written, by clients. I/O threads.
 */
final class DurableHandler {
    private static final Representation TEXT = Representation.of(PlainText.MEDIA_TYPE, new DurableText());

    private final Hub hub;
    private final FollowHandler follow;
    private final StreamResponse response;

    DurableHandler(Hub hub, FollowHandler follow, StreamResponse response) {
        this.hub = hub;
        this.follow = follow;
        this.response = response;
    }

    void handle(HttpServerExchange exchange, String path) {
        HttpString method = exchange.getRequestMethod();
        if (method.equals(Methods.GET)) {
            // Who comes while the server is being stopped is not told that a stream is gone.
            hub.drain().requireServing();
            DurableRead read = DurableRead.parse(exchange.getQueryString());
            read(exchange, find(exchange, path), read);
        } else if (method.equals(Methods.HEAD)) {
            LiveStream stream = find(exchange, path);
            new DurableHead(stream, DurableRead.parse(""), 0, false).tail(exchange, hub.status(stream));
        } else if (method.equals(Methods.DELETE)) {
            follow.stop(exchange, Caller.of(exchange).requireOwn(find(exchange, path)));
        } else {
            Problems.methodNotAllowed(exchange, "GET, HEAD, DELETE");
        }
    }

    /** The stream of a path. The protocol's names are any text: one that is none here is that of no stream. */
    private LiveStream find(HttpServerExchange exchange, String path) {
        String name = path.substring(Paths.DURABLE.length());
        LiveStream stream = name.matches("[0-9a-f]{32}") ? hub.find(StreamId.parse(name)) : null;
        if (stream == null || !Caller.of(exchange).sees(stream)) {
            throw HttpProblem.unseen(StatusCodes.NOT_FOUND, "there is no such stream, or it has been evicted");
        }
        return stream;
    }

    private void read(HttpServerExchange exchange, LiveStream stream, DurableRead read) {
        StreamStatus status = hub.status(stream);
        boolean isFromNow = read.offset() == DurableRead.NOW;
        long offset = isFromNow ? status.offset() : read.offset();
        if (offset > status.offset()) {
            throw HttpProblem.unseen(StatusCodes.BAD_REQUEST, "the offset " + offset + " is beyond the text, which has " + status.offset() + " bytes so far");
        }
        if (offset < stream.firstOffset()) {
            Problems.gone(exchange, "the text at this offset has been evicted", stream.firstOffset());
            return;
        }
        DurableHead head = new DurableHead(stream, read, offset, Caller.of(exchange).isAnonymous());
        if (head.refuses(exchange, offset)) {
            return;
        }
        switch (read.live()) {
            case NO -> {
                if (isFromNow) {
                    head.tail(exchange, status);
                } else if (!head.isKnown(exchange, status)) {
                    follow(exchange, stream, offset, FollowOptions.Mode.ONCE, TEXT, head);
                }
            }
            case LONG_POLL -> follow(exchange, stream, offset, FollowOptions.Mode.POLL, TEXT, head);
            case SSE -> follow(exchange, stream, offset, FollowOptions.Mode.LIVE, events(stream, read), head);
        }
    }

    private void follow(HttpServerExchange exchange, LiveStream stream, long offset, FollowOptions.Mode mode, Representation representation, DurableHead head) {
        response.follow(exchange, stream, new FollowOptions(offset, mode, 0, null), representation, head);
    }

    private static Representation events(LiveStream stream, DurableRead read) {
        long cursor = DurableCursor.after(read.cursor(), System.currentTimeMillis());
        return Representation.of(ServerSentEvents.MEDIA_TYPE, new DurableEvents(stream::watermark, cursor));
    }
}
