package io.mpstream.streamer.http;

import io.mpstream.streamer.auth.Authenticator;
import io.mpstream.streamer.auth.Issuer;
import io.mpstream.streamer.auth.RejectedException;
import io.mpstream.streamer.http.request.ClientAddresses;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.request.Paths;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.http.response.RequestBody;
import io.mpstream.streamer.http.response.Responses;
import io.mpstream.streamer.json.Json;
import io.mpstream.streamer.limits.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Issues, refreshes and revokes tokens, for callers on this machine and those with the issuing secret. Reads on I/O threads, signs and stores on
 * others.
 */
final class TokenHandler {
    private static final String TOKEN = "/v1/token";
    private static final String REFRESH = "/v1/token/refresh";
    private static final String REVOKE = "/v1/token/revoke";
    private static final String USER = "user";
    private static final String USER_ID = "user_id";
    private static final String TOKEN_FIELD = "token";

    /** Whom an access token alone is for. */
    private record UserId(String user_id) {
    }

    /** Who signs in. */
    private record User(String user) {
    }

    /** What a pair of tokens is renewed with. */
    private record Refresh(String refresh) {
    }

    /** A token, or the user whose tokens all are revoked; null for the other. */
    private record Revoked(String token, String user) {
    }

    private final Authenticator authenticator;
    private final ClientAddresses addresses;
    private final Limits limits;
    private final Executor patient;

    /** A handler of tokens; {@code patient} runs what may wait. */
    TokenHandler(Authenticator authenticator, ClientAddresses addresses, Limits limits, Executor patient) {
        this.addresses = addresses;
        this.authenticator = authenticator;
        this.limits = limits;
        this.patient = patient;
    }

    /** Whether a request is about tokens. */
    boolean handles(HttpServerExchange exchange, String path) {
        return switch (path) {
            // Any other method asks, as with any other path.
            case Paths.GENERATE_TOKEN -> exchange.getRequestMethod().equals(Methods.POST);
            case TOKEN, REFRESH, REVOKE -> true;
            default -> false;
        };
    }

    void handle(HttpServerExchange exchange, String path) {
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            Problems.methodNotAllowed(exchange, "POST");
            return;
        }
        // Where there is a secret it is wanted of all: a proxy on this machine may look like a caller on it.
        boolean isAllowed = authenticator.hasIssueSecret() ? isSecretHolder(exchange) : addresses.isFromHere(exchange);
        RequestBody.read(exchange, Limits.FORM_BYTES_MAX, body -> exchange.dispatch(patient, () -> {
            try {
                serve(exchange, path, body, isAllowed);
            } catch (IllegalArgumentException e) {
                Problems.answer(exchange, new HttpProblem(StatusCodes.BAD_REQUEST, e.getMessage()));
            } catch (RuntimeException e) {
                Problems.answer(exchange, e);
            }
        }));
    }

    private boolean isSecretHolder(HttpServerExchange exchange) {
        String secret = Authentication.bearer(exchange.getRequestHeaders());
        return secret != null && authenticator.isIssueSecret(secret);
    }

    private void serve(HttpServerExchange exchange, String path, String body, boolean isAllowed) {
        switch (path) {
            case Paths.GENERATE_TOKEN -> {
                requireAllowed(isAllowed);
                String user = user(Json.read(body, UserId.class).user_id, USER_ID);
                Responses.json(exchange, Map.of(TOKEN_FIELD, issuer().issueAccess(user)));
            }
            case TOKEN -> {
                requireAllowed(isAllowed);
                Responses.json(exchange, issuer().issue(user(Json.read(body, User.class).user, USER)));
            }
            case REFRESH -> Responses.json(exchange, refresh(Json.read(body, Refresh.class).refresh));
            default -> revoke(exchange, Json.read(body, Revoked.class), isAllowed);
        }
    }

    private Issuer issuer() {
        return authenticator.issuer().orElseThrow(() -> new HttpProblem(StatusCodes.NOT_FOUND, "no tokens are issued here"));
    }

    private static void requireAllowed(boolean isAllowed) {
        if (!isAllowed) {
            throw new HttpProblem(StatusCodes.UNAUTHORIZED, "this is for those with the issuing secret as a bearer token or, where there is none, for callers on this machine",
                    HttpProblem.CHALLENGE);
        }
    }

    private String user(String user, String field) {
        if (user == null || user.isBlank()) {
            throw new IllegalArgumentException("'" + field + "' is wanted: who the token is for");
        }
        if (user.getBytes(StandardCharsets.UTF_8).length > limits.userBytesMax()) {
            throw new IllegalArgumentException("'" + field + "' is longer than " + limits.userBytesMax() + " bytes");
        }
        if (user.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("'" + field + "' has control characters");
        }
        return user;
    }

    private Issuer.Issued refresh(String refresh) {
        if (refresh == null) {
            throw new IllegalArgumentException("'refresh' is wanted: a refresh token");
        }
        try {
            return issuer().refresh(refresh);
        } catch (RejectedException e) {
            throw new HttpProblem(StatusCodes.UNAUTHORIZED, "the refresh token is not good", HttpProblem.INVALID_TOKEN);
        }
    }

    /** A token by whoever holds it; all of a user's by those who may have them issued. */
    private void revoke(HttpServerExchange exchange, Revoked revoked, boolean isAllowed) {
        if ((revoked.token == null) == (revoked.user == null)) {
            throw new IllegalArgumentException("either 'token' or 'user' is wanted");
        }
        if (revoked.user != null) {
            requireAllowed(isAllowed);
            authenticator.revokeUser(user(revoked.user, USER));
        } else {
            revoke(revoked.token);
        }
        Responses.nothing(exchange);
    }

    private void revoke(String token) {
        try {
            authenticator.revoke(token);
        } catch (RejectedException e) {
            // It is good for nothing, which is what was asked for (RFC 7009, section 2.2).
        }
    }
}
