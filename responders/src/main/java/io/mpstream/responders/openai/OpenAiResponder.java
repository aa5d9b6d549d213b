package io.mpstream.responders.openai;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has an upstream answer, by {@code POST /chat/completions} with {@code "stream": true}. Tries again only before the first character, and only
 * where that makes sense: no connection, 429, 502, 503, 504. How the answer finished, tokens and the model become its notes.
 */
class OpenAiResponder implements Responder, AutoCloseable {
    private static final int TRIES = 3;
    private static final long PAUSE_MS = 500;
    private static final long PAUSE_MS_MAX = 60_000;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int ERROR_BYTES_MAX = 64 << 10;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final UpstreamSettings settings;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1).build();
    private final IdleWatch watch = new IdleWatch();

    private OpenAiResponder(UpstreamSettings settings) {
        this.settings = settings;
    }

    /** Before an upstream that can go on with answers. */
    private static final class Resumable extends OpenAiResponder implements ResumableResponder {
        Resumable(UpstreamSettings settings) {
            super(settings);
        }

        @Override
        public void resume(Query query, String textSoFar, Reply reply) throws Exception {
            answer(query, textSoFar, reply);
        }
    }

    static OpenAiResponder of(UpstreamSettings settings) {
        return settings.continuation() == Continuation.NONE ? new OpenAiResponder(settings) : new Resumable(settings);
    }

    @Override
    public void respond(Query query, Reply reply) throws Exception {
        answer(query, "", reply);
    }

    final void answer(Query query, String textSoFar, Reply reply) throws Exception {
        HttpRequest request = request(query, textSoFar);
        Completion completion = new Completion(reply, settings.hasReasoning());
        for (int tries = 1; ; tries++) {
            try {
                ask(request, completion);
                return;
            } catch (UpstreamException e) {
                if (completion.hasText() || e.retryAfterMs() == UpstreamException.NEVER || tries == TRIES) {
                    throw e;
                }
                Thread.sleep(pauseMs(tries, e.retryAfterMs()));
            }
        }
    }

    private HttpRequest request(Query query, String textSoFar) throws UpstreamException {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.completions()).timeout(settings.idle()).header("Content-Type", "application/json")
                .header("Accept", "text/event-stream").POST(HttpRequest.BodyPublishers.ofByteArray(ChatRequest.of(query, settings, textSoFar)));
        if (settings.key() != null) {
            request.header("Authorization", "Bearer " + settings.key());
        }
        for (String name : new String[] {"traceparent", "tracestate"}) {
            if (query.attributes().containsKey(name)) {
                request.header(name, query.attributes().get(name));
            }
        }
        return request.build();
    }

    private void ask(HttpRequest request, Completion completion) throws UpstreamException, InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpConnectTimeoutException e) {
            throw new UpstreamException("the upstream cannot be reached: " + e, e, 0);
        } catch (HttpTimeoutException e) {
            // It has begun, for all that is known: asked again it would do the same work once more.
            throw silent(e);
        } catch (IOException e) {
            throw new UpstreamException("the upstream cannot be reached: " + e, e, 0);
        }
        try (IdleWatch.Watched body = watch.watch(response.body(), settings.idle())) {
            if (response.statusCode() != 200) {
                throw refusal(response, body);
            }
            read(completion, body);
        }
    }

    private void read(Completion completion, IdleWatch.Watched body) throws UpstreamException, InterruptedException {
        try {
            completion.read(body);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw body.isLate() ? silent(e) : new UpstreamException("the connection to the upstream broke: " + e.getMessage(), e, UpstreamException.NEVER);
        }
    }

    private UpstreamException silent(IOException e) {
        return new UpstreamException("the upstream was silent for " + settings.idle().toMillis() + " ms", e, UpstreamException.NEVER);
    }

    private static UpstreamException refusal(HttpResponse<InputStream> response, InputStream body) {
        int status = response.statusCode();
        long retryAfterMs = status == 429 || status == 502 || status == 503 || status == 504 ? retryAfterMs(response) : UpstreamException.NEVER;
        return new UpstreamException("the upstream answered " + status + ": " + error(body), null, retryAfterMs);
    }

    /** Of the header field, in seconds (RFC 9110, 10.2.3); a date is taken for what did not say. */
    private static long retryAfterMs(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("");
        long ms = value.matches("\\d{1,9}") ? TimeUnit.SECONDS.toMillis(Long.parseLong(value)) : 0;
        return ms > PAUSE_MS_MAX ? UpstreamException.NEVER : ms;
    }

    private static String error(InputStream body) {
        try {
            String text = new String(body.readNBytes(ERROR_BYTES_MAX), StandardCharsets.UTF_8).strip();
            JsonNode error = MAPPER.readTree(text).path("error");
            return error.isMissingNode() ? Completion.shortened(text) : Completion.message(error);
        } catch (JacksonException e) {
            return "without a reason in JSON";
        } catch (IOException e) {
            return "and no more";
        }
    }

    private static long pauseMs(int tries, long retryAfterMs) {
        long ms = Math.max(retryAfterMs, PAUSE_MS << (tries - 1));
        return ms + ThreadLocalRandom.current().nextLong(ms / 2);
    }

    @Override
    public void close() {
        watch.close();
        client.shutdownNow();
    }
}
