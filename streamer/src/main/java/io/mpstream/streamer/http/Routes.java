package io.mpstream.streamer.http;

import io.mpstream.settings.ResponderSettings;
import io.mpstream.streamer.admission.QueryArchive;
import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.http.guard.BodyDeadline;
import io.mpstream.streamer.http.guard.RequestFraming;
import io.mpstream.streamer.http.request.ClientAddresses;
import io.mpstream.streamer.http.request.Cors;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryRequests;
import io.mpstream.streamer.http.request.RequestPath;
import io.mpstream.streamer.http.response.Dialects;
import io.mpstream.streamer.http.response.DurableHead;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.PumpLoops;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.http.response.SoftRefusal;
import io.mpstream.streamer.http.response.StreamResponse;
import io.mpstream.streamer.http.websocket.WebSocketHandler;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.hub.Readiness;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.session.Drain;
import io.mpstream.streamer.session.Traffic;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Finds the handler of a request, and turns whatever is wrong into a problem that the client can read. I/O threads. */
final class Routes implements HttpHandler {
    private static final String READ_METHODS = "GET, HEAD";
    /** What a header field costs besides its name and value: colon, space, CRLF. */
    private static final int FIELD_BYTES = 4;
    /** A body may take so many times what a head may. */
    private static final long BODY_TIMES = 3;

    private final Hub hub;
    private final Limits limits;
    /** The name that alone is served, besides this machine's for itself; null for any. */
    private final String onlyName;
    private final Cors cors;
    private final Authentication authentication;
    /** Null where nobody must prove anything. */
    private final TokenHandler tokens;
    private final TicketHandler grants;
    /** Null where there is no page. */
    private final PageHandler page;
    private final SoftRefusal refusal;
    private final AskHandler ask;
    private final PostHandler post;
    private final FollowHandler follow;
    private final DurableHandler durable;
    private final ListHandler list;
    private final OpenAiHandler openAi;
    private final ResponsesHandler responses;
    private final UiHandler ui;
    private final WebSocketHandler socket;
    private final PumpLoops loops = new PumpLoops();
    private final ReadUp readUp;

    /**
     * All routes.
     *
     * @param responders    who answers
     * @param archive       has the queries of streams
     * @param onlyName      where only this machine is served: what it is called, besides localhost; else null
     * @param authenticator null where nobody must prove anything
     * @param page          null where there is none
     */
    Routes(Hub hub, Limits limits, ResponderSettings responders, QueryArchive archive, String onlyName, Cors cors, ClientAddresses addresses, Authenticator authenticator,
            PageHandler page) {
        this.hub = hub;
        this.limits = limits;
        this.onlyName = onlyName;
        this.cors = cors;
        Executor patient = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("patient-", 0).factory());
        this.authentication = new Authentication(authenticator, addresses, patient);
        this.tokens = authenticator == null ? null : new TokenHandler(authenticator, addresses, limits, patient);
        this.readUp = new ReadUp(hub);
        this.grants = new TicketHandler(hub, authenticator, limits);
        this.page = page;
        this.refusal = new SoftRefusal(hub.drain());
        QueryRequests queries = new QueryRequests(limits, responders.byName().keySet());
        QueryBody bodies = new QueryBody(hub.admissions(), limits);
        StreamResponse response = new StreamResponse(hub, loops);
        this.follow = new FollowHandler(hub, response);
        this.durable = new DurableHandler(hub, follow, response);
        this.ask = new AskHandler(queries, follow, response);
        this.post = new PostHandler(hub, bodies, queries, follow, response);
        Models models = new Models(responders);
        DialectQueries dialects = new DialectQueries(hub, bodies, queries, models, response, patient);
        this.openAi = new OpenAiHandler(dialects, models);
        this.responses = new ResponsesHandler(hub, archive, dialects, readUp);
        this.ui = new UiHandler(dialects);
        this.list = new ListHandler(hub);
        this.socket = new WebSocketHandler(hub, limits, queries, cors, authentication::check, loops);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        try {
            RequestFraming.check(exchange);
            if (hasSmallMethod(exchange)) {
                Problems.unknownMethod(exchange);
                return;
            }
            if (cors.handle(exchange)) {
                return;
            }
            if (hub.drain().hasBegun()) {
                // Whoever asks again should find another.
                exchange.setPersistent(false);
            }
            String path = Paths.of(RequestPath.of(exchange));
            if (isDialect(path)) {
                Dialects.speak(exchange);
            }
            if (Paths.isDurable(path)) {
                DurableHead.secure(exchange);
            }
            checkSizes(exchange);
            requireName(exchange, path);
            if ((!isRead(exchange) || Paths.isAsk(path)) && cors.isForeign(exchange)) {
                throw new HttpProblem(StatusCodes.FORBIDDEN, "pages of this origin may not change anything here");
            }
            if (page != null && page.handles(exchange, path)) {
                page.handle(exchange, path);
                return;
            }
            if (Paths.isAsk(path) || isFollow(path)) {
                refusal.allow(exchange);
            }
            if (tokens != null && tokens.handles(exchange, path)) {
                tokens.handle(exchange, path);
            } else {
                authentication.admit(exchange, path, same -> readUp.handle(same, () -> route(same, path)));
            }
        } catch (RuntimeException e) {
            Problems.answer(exchange, e);
        } finally {
            // Most bodies have come with their heads.
            BodyDeadline.set(exchange, hub.clock(), BODY_TIMES * limits.headTimeoutMs());
        }
    }

    /** What sessions do, counted by I/O thread. Any thread. */
    List<Traffic> traffic() {
        return loops.traffic();
    }

    /** The server is being stopped. Any thread. */
    void drain() {
        socket.drain();
    }

    /** A page of somebody else may have its own name point here, and would be of the same origin then: the name gives it away. */
    private void requireName(HttpServerExchange exchange, String path) {
        String name = exchange.getHostName();
        if (onlyName != null && !Paths.isWellKnown(path) && !ClientAddresses.isOfHere(name) && !onlyName.equalsIgnoreCase(name)) {
            throw new HttpProblem(StatusCodes.FORBIDDEN, "this server is for its own machine, as localhost;"
                    + " to serve it under another name start it with --auth or --allow-anonymous");
        }
    }

    private void checkSizes(HttpServerExchange exchange) {
        if (exchange.getRequestURI().length() + exchange.getQueryString().length() > limits.uriBytesMax()) {
            throw new HttpProblem(StatusCodes.REQUEST_URI_TOO_LARGE, "the request target is longer than " + limits.uriBytesMax() + " bytes");
        }
        HeaderMap headers = exchange.getRequestHeaders();
        int bytes = 0;
        for (HeaderValues values : headers) {
            for (String value : values) {
                bytes += values.getHeaderName().length() + value.length() + FIELD_BYTES;
            }
        }
        if (bytes > limits.headerBytesMax()) {
            throw new HttpProblem(StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE, "the header is longer than " + limits.headerBytesMax() + " bytes");
        }
    }

    private void route(HttpServerExchange exchange, String path) {
        if (isDialect(path)) {
            dialect(exchange, path);
        } else if (TicketHandler.handles(path)) {
            grants.handle(exchange, path);
        } else if (Paths.isStream(path)) {
            follow.handleStream(exchange, path);
        } else if (Paths.isDurable(path)) {
            durable.handle(exchange, path);
        } else if (Paths.isFeed(path)) {
            follow.handleFeed(exchange, path);
        } else if (path.equals(Paths.STREAMS)) {
            streams(exchange);
        } else if (isRead(exchange)) {
            read(exchange, path);
        } else {
            Problems.methodNotAllowed(exchange, READ_METHODS);
        }
    }

    /** Whether a path is one of another's API. */
    private static boolean isDialect(String path) {
        return OpenAiHandler.handles(path) || ResponsesHandler.handles(path) || UiHandler.handles(path);
    }

    private void dialect(HttpServerExchange exchange, String path) {
        if (OpenAiHandler.handles(path)) {
            openAi.handle(exchange, path);
        } else if (ResponsesHandler.handles(path)) {
            responses.handle(exchange, path);
        } else {
            ui.handle(exchange, path);
        }
    }

    private void streams(HttpServerExchange exchange) {
        if (exchange.getRequestMethod().equals(Methods.POST)) {
            post.handle(exchange);
        } else if (isRead(exchange)) {
            list.handle(exchange);
        } else {
            Problems.methodNotAllowed(exchange, "GET, HEAD, POST");
        }
    }

    /** Methods are case-sensitive (RFC 9110, section 9.1); Undertow compares them as if they were not. */
    private static boolean hasSmallMethod(HttpServerExchange exchange) {
        String method = exchange.getRequestMethod().toString();
        for (int i = 0; i < method.length(); i++) {
            if (method.charAt(i) >= 'a' && method.charAt(i) <= 'z') {
                return true;
            }
        }
        return false;
    }

    private static boolean isRead(HttpServerExchange exchange) {
        HttpString method = exchange.getRequestMethod();
        return method.equals(Methods.GET) || method.equals(Methods.HEAD);
    }

    /** Whether a path follows, when it is read. */
    private static boolean isFollow(String path) {
        return !TicketHandler.handles(path) && (Paths.isStream(path) || Paths.isFeed(path));
    }

    private void read(HttpServerExchange exchange, String path) {
        switch (path) {
            case Paths.ALIVE -> Responses.line(exchange, "alive");
            case Paths.READY -> ready(exchange);
            case "/robots.txt" -> Responses.line(exchange, "User-agent: *\nDisallow: /");
            case "/favicon.ico", "/metrics" -> throw new HttpProblem(StatusCodes.NOT_FOUND, "there is no " + path + " here");
            case Paths.WEBSOCKET -> socket.handle(exchange);
            case Paths.ASK -> ask.handle(exchange, path);
            default -> {
                if (!Paths.isAsk(path)) {
                    throw new HttpProblem(StatusCodes.NOT_FOUND, (Paths.isOfMachines(path) ? "this is what machines look for, and it is not here;"
                            : "paths under /v1/ are reserved, and this one is not in use;") + " as a query it is asked with /v1/ask?q=");
                }
                ask.handle(exchange, path);
            }
        }
    }

    private void ready(HttpServerExchange exchange) {
        if (hub.drain().hasBegun()) {
            Problems.unavailable(exchange, Drain.DRAINING, 1);
            return;
        }
        Readiness readiness = hub.readiness();
        if (readiness.isReady()) {
            Responses.line(exchange, readiness.trouble().isEmpty() ? "ready" : "ready\n" + readiness.trouble());
        } else {
            Problems.unavailable(exchange, readiness.obstacle(), 1);
        }
    }
}
