package io.mpstream.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/**
 * A server, and how it is reached. Sends a request until it is answered: comes back when the server is away or asks for that, and gets another
 * token when one is not taken. Immutable but for the token; any thread.
 *
 * @param base       where its paths begin, without a slash at the end
 * @param http       sends
 * @param credential what is shown
 * @param giveUp     for how long it comes back
 * @param stall      for how long nothing may come before a connection counts as dead
 */
record Server(URI base, HttpClient http, Credential credential, Duration giveUp, Duration stall) {
    private static final long NO_TIME = -1;
    /** So that not all who were told the same time come back at once. */
    private static final long RETRY_SPREAD_MS = 1_000;

    /** A response of success, and the token that it came for. */
    record Reply(HttpResponse<Body> response, String token) {
        Body body() {
            return response.body();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    /** Starts a request for a path with its options. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    /**
     * Sends a request until it is answered with success.
     *
     * @param request made anew for each try
     * @throws GoneException        410, or 404 of a stream
     * @throws RefusedException     any other status that another try would meet again
     * @throws UnreachableException if the server stayed away
     */
    Reply send(Supplier<HttpRequest.Builder> request, Patience patience) throws InterruptedException {
        boolean isTokenNew = false;
        while (true) {
            String token = credential.token();
            try {
                HttpResponse<Body> response = once(authorized(request.get(), token).build(), patience);
                int status = response.statusCode();
                if (status / 100 == 2) {
                    return new Reply(response, token);
                }
                MpstreamException refusal = refusal(response);
                if (status == 401 && token != null && !isTokenNew) {
                    isTokenNew = true;
                    credential.spend(token);
                } else if (status == 429 || status == 502 || status == 503 || status == 504) {
                    patience.pause(refusal, retryAfterMs(response));
                } else {
                    throw refusal;
                }
            } catch (IOException e) {
                patience.pause(e, NO_TIME);
            }
        }
    }

    private static HttpRequest.Builder authorized(HttpRequest.Builder request, String token) {
        return token == null ? request : request.setHeader("Authorization", "Bearer " + token);
    }

    /** Sends it once; what has no head in time is taken for dead. */
    private HttpResponse<Body> once(HttpRequest request, Patience patience) throws IOException, InterruptedException {
        if (patience.isEnded()) {
            throw new MpstreamException("closed");
        }
        CompletableFuture<HttpResponse<Body>> response = http.sendAsync(request, head -> new Body(stall));
        try {
            return response.get(stall.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof SSLHandshakeException) {
                // A certificate that is not trusted will not be a moment later.
                throw new UnreachableException(base + ": " + Problem.why(e.getCause()), e.getCause());
            }
            throw new IOException(base + ": " + Problem.why(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            abandon(response);
            throw new IOException(base + " has not answered for " + stall.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            abandon(response);
            throw e;
        }
    }

    /** Also if it came just now. */
    private static void abandon(CompletableFuture<HttpResponse<Body>> response) {
        response.cancel(true);
        response.whenComplete((late, failure) -> {
            if (late != null) {
                late.body().close();
            }
        });
    }

    private MpstreamException refusal(HttpResponse<Body> response) throws IOException, InterruptedException {
        int status = response.statusCode();
        if (status / 100 == 3) {
            response.body().close();
            return new RefusedException(status, base + " sends its clients to " + response.headers().firstValue("Location").orElse("another place")
                    + "; use that address");
        }
        return Problem.of(response.request().uri().getPath(), status, response.headers().firstValue("Content-Type").orElse(""), response.body().text());
    }

    private static long retryAfterMs(HttpResponse<Body> response) {
        String after = response.headers().firstValue("Retry-After").orElse("");
        return after.matches("\\d{1,6}")
                ? TimeUnit.SECONDS.toMillis(Long.parseLong(after)) + ThreadLocalRandom.current().nextLong(RETRY_SPREAD_MS) : NO_TIME;
    }

    /** Sends a short request, and returns its body. */
    String text(Supplier<HttpRequest.Builder> request) {
        Patience patience = new Patience(giveUp);
        try {
            while (true) {
                Reply reply = send(request, patience);
                try {
                    return reply.body().text();
                } catch (IOException e) {
                    patience.pause(e, NO_TIME);
                }
            }
        } catch (InterruptedException e) {
            throw MpstreamException.interrupted(e);
        }
    }

    /** What a path says, whatever its status is: this, a space, and the text. */
    String say(String path) {
        Patience patience = new Patience(giveUp);
        try {
            while (true) {
                try {
                    HttpResponse<Body> response = once(request(path).build(), patience);
                    return response.statusCode() + " " + response.body().text();
                } catch (IOException e) {
                    patience.pause(e, NO_TIME);
                }
            }
        } catch (InterruptedException e) {
            throw MpstreamException.interrupted(e);
        }
    }

    /** Sends a request whose answer is in its head. */
    Reply head(Supplier<HttpRequest.Builder> request) {
        try {
            Reply reply = send(request, new Patience(giveUp));
            reply.body().release();
            return reply;
        } catch (InterruptedException e) {
            throw MpstreamException.interrupted(e);
        }
    }

    /** Shows a fresh token for what is being read; nobody waits for what comes of it. */
    void renew(String stream, String token) {
        HttpRequest.Builder request = request("/v1/stream/" + stream + "/renew").POST(HttpRequest.BodyPublishers.noBody()).timeout(stall);
        http.sendAsync(authorized(request, token).build(), HttpResponse.BodyHandlers.discarding());
    }
}
