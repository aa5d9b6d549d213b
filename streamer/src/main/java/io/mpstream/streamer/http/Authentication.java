package io.mpstream.streamer.http;

import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.auth.Principal;
import io.mpstream.streamer.auth.RejectedException;
import io.mpstream.streamer.auth.UnavailableException;
import io.mpstream.streamer.http.request.Caller;
import io.mpstream.streamer.http.request.ClientAddresses;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.request.QueryParameters;
import io.mpstream.streamer.http.response.Problems;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Finds out who sends a request, before anything else looks at it (RFC 6750, section 2.1; cookie and ticket for what can send no header). A
 * token that was seen a moment ago costs a look-up on the I/O thread; another is checked on a thread that may wait for keys.
 */
final class Authentication {
    /** The cookie that holds an access token. */
    static final String COOKIE = "mpstream";

    private static final String BEARER = "Bearer ";
    private static final Set<String> OPEN_PATHS = Set.of(Paths.ALIVE, Paths.READY);

    private final Authenticator authenticator;
    private final ClientAddresses addresses;
    /** Runs what may wait. */
    private final Executor patient;

    /**
     * A authentication.
     *
     * @param authenticator null where nobody must prove anything
     */
    Authentication(Authenticator authenticator, ClientAddresses addresses, Executor patient) {
        this.authenticator = authenticator;
        this.addresses = addresses;
        this.patient = patient;
    }

    /** Has {@code next} handle the request, with its {@link Caller} attached, or refuses it. */
    void admit(HttpServerExchange exchange, String path, Consumer<HttpServerExchange> next) {
        if (authenticator == null || OPEN_PATHS.contains(path)) {
            Caller.anonymous(addresses.account(exchange)).attach(exchange);
            next.accept(exchange);
            return;
        }
        String ticket = Paths.isStream(path) || Paths.isFeed(path) || Paths.isDurable(path) ? ticket(exchange) : null;
        String bearer = bearer(exchange.getRequestHeaders());
        if (ticket != null && bearer != null) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "a token and a ticket are one too many", HttpProblem.INVALID_REQUEST);
        }
        if (ticket != null) {
            enter(exchange, ticket(exchange, ticket), next);
            return;
        }
        String token = bearer != null ? bearer : cookie(exchange);
        if (token == null) {
            throw new HttpProblem(StatusCodes.UNAUTHORIZED, "a token is wanted: Authorization: Bearer …", HttpProblem.CHALLENGE);
        }
        Principal principal = authenticator.cached(token);
        if (principal != null) {
            enter(exchange, principal, next);
        } else {
            exchange.dispatch(patient, same -> verify(same, token, next));
        }
    }

    private Principal ticket(HttpServerExchange exchange, String ticket) {
        boolean isRead = exchange.getRequestMethod().equals(Methods.GET) || exchange.getRequestMethod().equals(Methods.HEAD);
        try {
            if (isRead) {
                return authenticator.verifyTicket(ticket);
            }
        } catch (RejectedException e) {
            // As if it had been none.
        }
        throw new HttpProblem(StatusCodes.UNAUTHORIZED, "the ticket is not good, or not for this", HttpProblem.INVALID_TOKEN);
    }

    /** On a thread that may wait; the handler goes on where it would be else. */
    private void verify(HttpServerExchange exchange, String token, Consumer<HttpServerExchange> next) {
        try {
            Principal principal = authenticator.verify(token);
            exchange.dispatch(exchange.getIoThread(), same -> enter(same, principal, next));
        } catch (RejectedException e) {
            exchange.dispatch(exchange.getIoThread(), same ->
                    Problems.answer(same, new HttpProblem(StatusCodes.UNAUTHORIZED, "the token is not good", HttpProblem.INVALID_TOKEN)));
        } catch (RuntimeException e) {
            exchange.dispatch(exchange.getIoThread(), same -> Problems.answer(same, e));
        }
    }

    /**
     * Checks a token that was sent some other way than in a request's head. Any thread.
     *
     * @param then is given who bears it, or null if it is not good; on a thread that may wait
     */
    void check(String token, Consumer<Caller> then) {
        Runnable check = () -> {
            Caller caller = null;
            try {
                caller = Caller.of(authenticator.verify(token), authenticator);
            } catch (RejectedException | UnavailableException e) {
                // It is tried again with another, or later.
            } finally {
                then.accept(caller);
            }
        };
        patient.execute(check);
    }

    private void enter(HttpServerExchange exchange, Principal principal, Consumer<HttpServerExchange> next) {
        Caller.of(principal, authenticator).attach(exchange);
        next.accept(exchange);
    }

    /** The token of a header, or null. */
    static String bearer(HeaderMap headers) {
        HeaderValues values = headers.get(Headers.AUTHORIZATION);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "two Authorization fields are one too many", HttpProblem.INVALID_REQUEST);
        }
        String value = values.getFirst();
        return value.regionMatches(true, 0, BEARER, 0, BEARER.length()) ? value.substring(BEARER.length()).strip() : "";
    }

    private static String cookie(HttpServerExchange exchange) {
        HeaderValues values = exchange.getRequestHeaders().get(Headers.COOKIE);
        List<String> found = new ArrayList<>();
        for (String value : values == null ? List.<String>of() : values) {
            for (String pair : value.split(";")) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(COOKIE)) {
                    found.add(pair.substring(equals + 1).strip());
                }
            }
        }
        if (found.size() > 1) {
            throw new HttpProblem(StatusCodes.BAD_REQUEST, "two cookies of this name are one too many", HttpProblem.INVALID_REQUEST);
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static String ticket(HttpServerExchange exchange) {
        for (String pair : exchange.getQueryString().split("&")) {
            if (pair.startsWith(QueryParameters.TICKET + "=")) {
                return pair.substring(QueryParameters.TICKET.length() + 1);
            }
        }
        return null;
    }
}
