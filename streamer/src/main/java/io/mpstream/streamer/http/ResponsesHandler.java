package io.mpstream.streamer.http;

import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.StreamId;
import io.mpstream.streamer.admission.QueryArchive;
import io.mpstream.streamer.dialect.ChatRequest;
import io.mpstream.streamer.dialect.DialectException;
import io.mpstream.streamer.dialect.ResponseDocument;
import io.mpstream.streamer.dialect.ResponseEvents;
import io.mpstream.streamer.dialect.ResponsesRequest;
import io.mpstream.streamer.encoding.ServerSentEvents;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.request.Representation;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.session.FollowOptions;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.text.WholeText;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * OpenAI's responses: {@code /v1/responses}. Each is a stream, and its id the stream's: no event is stored, since the sequence numbers are made of
 * offsets. I/O threads; what is in the journals alone is read on a thread that may wait.
 */
final class ResponsesHandler {
    private static final String CREATE = "/v1/responses";
    private static final String ONE = CREATE + "/";
    private static final String CANCEL = "/cancel";
    private static final String INPUT_ITEMS = "/input_items";
    private static final String PREFIX = "resp_";
    private static final DisconnectPolicy TO_ITS_END = new DisconnectPolicy(DisconnectPolicy.NEVER);

    private static final String STREAM = "stream";
    private static final String STARTING_AFTER = "starting_after";
    private static final String ORDER = "order";
    private static final String LIMIT = "limit";
    private static final String AFTER = "after";
    private static final Set<String> OF_RETRIEVING = Set.of(STREAM, STARTING_AFTER, "include_obfuscation", "include", QueryParameters.INCLUDE);
    private static final Set<String> OF_LISTING = Set.of(ORDER, LIMIT, AFTER, "before", "include", QueryParameters.INCLUDE);
    private static final int ITEMS_USUAL = 20;
    private static final int ITEMS_MAX = 100;

    /** What a client is told whose response was deleted. */
    private record Deleted(String id, String object, boolean deleted) {
    }

    private final Hub hub;
    private final QueryArchive archive;
    private final DialectQueries queries;
    private final ReadUp readUp;

    ResponsesHandler(Hub hub, QueryArchive archive, DialectQueries queries, ReadUp readUp) {
        this.hub = hub;
        this.archive = archive;
        this.queries = queries;
        this.readUp = readUp;
    }

    /** Whether it handles this path. */
    static boolean handles(String path) {
        return path.equals(CREATE) || path.startsWith(ONE);
    }

    void handle(HttpServerExchange exchange, String path) {
        boolean isPost = exchange.getRequestMethod().equals(Methods.POST);
        boolean isGet = exchange.getRequestMethod().equals(Methods.GET);
        if (path.equals(CREATE)) {
            allow(exchange, isPost, "POST", () -> queries.read(exchange, ResponsesRequest::parse,
                    (request, body) -> readUp.handle(exchange, () -> create(exchange, request, body))));
        } else if (isBelow(path, CANCEL)) {
            allow(exchange, isPost, "POST", () -> cancel(exchange, find(exchange, id(path, CANCEL))));
        } else if (isBelow(path, INPUT_ITEMS)) {
            allow(exchange, isGet, "GET", () -> inputItems(exchange, find(exchange, id(path, INPUT_ITEMS))));
        } else if (exchange.getRequestMethod().equals(Methods.DELETE)) {
            delete(exchange, find(exchange, id(path, "")));
        } else {
            allow(exchange, isGet, "GET, DELETE", () -> retrieve(exchange, find(exchange, id(path, ""))));
        }
    }

    private static void allow(HttpServerExchange exchange, boolean isAllowed, String methods, Runnable then) {
        if (isAllowed) {
            then.run();
        } else {
            Problems.methodNotAllowed(exchange, methods);
        }
    }

    private static boolean isBelow(String path, String suffix) {
        return path.endsWith(suffix) && path.length() > ONE.length() + suffix.length();
    }

    private static String id(String path, String suffix) {
        return path.substring(ONE.length(), path.length() - suffix.length());
    }

    private LiveStream find(HttpServerExchange exchange, String id) {
        hub.drain().requireServing();
        String hex = id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : id;
        LiveStream stream = hex.matches("[0-9a-f]{32}") ? hub.find(StreamId.parse(hex)) : null;
        if (stream == null || stream.feed() != null || !Caller.of(exchange).sees(stream)) {
            throw DialectException.noResponse(id);
        }
        return stream;
    }

    private void create(HttpServerExchange exchange, ResponsesRequest request, String body) {
        String previous = request.previous();
        LiveStream before = previous == null ? null : completed(exchange, previous);
        Map<String, LiveStream> referred = new HashMap<>();
        request.references().forEach(id -> referred.put(id, completed(exchange, id)));
        requireShort(before, referred.values());
        if (before == null && referred.isEmpty()) {
            ask(exchange, request, request.chat(null, null, Map.of()), body);
            return;
        }
        queries.wait(exchange, () -> {
            Query query = before == null ? null : present(archive.find(before), before);
            Map<String, String> answers = new HashMap<>();
            referred.forEach((id, stream) -> answers.put(id, text(stream)));
            return request.chat(query, before == null ? null : text(before), answers);
        }, chat -> ask(exchange, request, chat, body));
    }

    /** A response that others may go on after. */
    private LiveStream completed(HttpServerExchange exchange, String id) {
        LiveStream stream = find(exchange, id);
        if (stream.end() == null || stream.end().outcome() != Outcome.COMPLETED) {
            throw DialectException.notCompleted(id);
        }
        return stream;
    }

    /** Nothing is read for a conversation that would be too long. */
    private static void requireShort(LiveStream before, Collection<LiveStream> referred) {
        long bytes = (before == null ? 0 : before.watermark()) + referred.stream().mapToLong(LiveStream::watermark).sum();
        if (bytes > Query.BYTES_MAX) {
            throw DialectException.invalid("input", "the answers that this goes on after have " + bytes + " bytes; a conversation may have " + Query.BYTES_MAX);
        }
    }

    private String text(LiveStream stream) {
        return present(WholeText.read(stream.text(), hub.loaders()), stream);
    }

    private static <T> T present(T part, LiveStream stream) {
        if (part == null) {
            throw DialectException.noResponse(PREFIX + stream.id());
        }
        return part;
    }

    private void ask(HttpServerExchange exchange, ResponsesRequest request, ChatRequest chat, String body) {
        Query query = queries.query(exchange, chat, request.isBackground() ? TO_ITS_END : null, body);
        String said = ResponsesRequest.said(query.attributes());
        if (chat.isStreamed()) {
            queries.answer(exchange, query, FollowOptions.WHOLE, events(said, -1, false));
        } else if (!request.isBackground()) {
            queries.answer(exchange, query, FollowOptions.ENDED, document(said, false));
        } else {
            LiveStream known = queries.known(exchange, query);
            queries.follow(exchange, known != null ? known : hub.ask(query), FollowOptions.SO_FAR, document(said, true));
        }
    }

    private static Representation events(String said, long after, boolean isByCharacter) {
        return Representation.of(ServerSentEvents.MEDIA_TYPE, new ResponseEvents(said, after, isByCharacter));
    }

    private static Representation document(String said, boolean tellsFailure) {
        return Representation.of(Responses.JSON, new ResponseDocument(said, tellsFailure));
    }

    /** Goes on with what the response to a stream's query repeats of its request. */
    private void withSaid(HttpServerExchange exchange, LiveStream stream, Consumer<String> then) {
        queries.wait(exchange, () -> {
            Query query = archive.find(stream);
            return ResponsesRequest.said(query == null ? Map.of() : query.attributes());
        }, then);
    }

    private void retrieve(HttpServerExchange exchange, LiveStream stream) {
        QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), OF_RETRIEVING);
        boolean isStreamed = "true".equals(parameters.named(STREAM));
        String number = parameters.named(STARTING_AFTER);
        if (number != null && (!isStreamed || !number.matches("\\d{1,18}"))) {
            throw DialectException.invalid(STARTING_AFTER, "'starting_after' is the sequence number of an event, and is for stream=true");
        }
        long after = number == null ? -1 : Long.parseLong(number);
        long offset = offset(stream, after);
        if (!isStreamed) {
            withSaid(exchange, stream, said -> queries.follow(exchange, stream, FollowOptions.SO_FAR, document(said, true)));
        } else {
            FollowOptions options = new FollowOptions(offset, FollowOptions.Mode.LIVE, 0, null);
            withSaid(exchange, stream, said -> queries.follow(exchange, stream, options, events(said, after, after < 0)));
        }
    }

    /** Where the text goes on after an event. */
    private long offset(LiveStream stream, long after) {
        long offset = Math.max(0, after - ResponseEvents.BEFORE_TEXT);
        if (offset <= stream.watermark()) {
            return offset;
        }
        if (stream.end() == null) {
            // Another streamer may have been ahead of this one; and no event has such a number yet.
            throw RefusedException.forNow(RefusedException.Reason.OVERLOADED, "there is no event " + after + " yet", 1);
        }
        // Of the events behind the text the client has some.
        return stream.end().offset();
    }

    private void inputItems(HttpServerExchange exchange, LiveStream stream) {
        QueryParameters parameters = QueryParameters.parse(exchange.getQueryString(), OF_LISTING);
        boolean isOldestFirst = "asc".equals(parameters.named(ORDER));
        String number = parameters.named(LIMIT);
        if (number != null && (!number.matches("\\d{1,3}") || Integer.parseInt(number) < 1 || Integer.parseInt(number) > ITEMS_MAX)) {
            throw DialectException.invalid(LIMIT, "'limit' can be a number from 1 to " + ITEMS_MAX);
        }
        int limit = number == null ? ITEMS_USUAL : Integer.parseInt(number);
        queries.wait(exchange, () -> archive.find(stream), query -> {
            if (query == null) {
                throw DialectException.noResponse(PREFIX + stream.id());
            }
            Responses.json(exchange, ResponsesRequest.inputItems(query, isOldestFirst, limit, parameters.named(AFTER)));
        });
    }

    private void cancel(HttpServerExchange exchange, LiveStream stream) {
        Caller.of(exchange).requireOwn(stream);
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> hub.stop(stream).whenCompleteAsync((none, failure) -> {
            if (failure == null) {
                withSaid(exchange, stream, said -> queries.follow(exchange, stream, FollowOptions.ENDED, document(said, true)));
            } else {
                Problems.unavailable(exchange, "the cancel could not be stored", hub.retryAfterS());
            }
        }, exchange.getIoThread()));
    }

    private void delete(HttpServerExchange exchange, LiveStream stream) {
        Caller.of(exchange).requireOwn(stream);
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> hub.delete(stream).whenCompleteAsync((none, failure) -> {
            if (failure == null) {
                Responses.json(exchange, new Deleted(PREFIX + stream.id(), "response", true));
            } else {
                Problems.unavailable(exchange, "the deletion could not be stored", hub.retryAfterS());
            }
        }, exchange.getIoThread()));
    }
}
