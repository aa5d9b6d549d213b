package io.mpstream.responders.openai;

import static io.mpstream.responders.openai.FakeUpstream.delta;
import static io.mpstream.responders.openai.FakeUpstream.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.Query;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.responders.Queries;
import io.mpstream.responders.Written;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OpenAiResponderTest {
    private static final String STOP = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\"total_tokens\":9}}";
    private static final String DONE = "data: [DONE]";
    private static final String WAKE = delta("{\"role\":\"assistant\",\"content\":\"wake \"}");
    private static final String UP = delta("{\"content\":\"up 醒😀\"}");

    @TempDir
    Path folder;
    private final Written written = new Written();

    @Test
    void answersWithWhatTheUpstreamSays() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(texts(": ping\n\n" + WAKE, UP, STOP, USAGE, DONE))) {
            ask(upstream, Queries.of("hello"));
            assertEquals("wake up 醒😀", written.text());
            assertEquals(Map.of("model", "m-1", "finish_reason", "stop", "input_tokens", "7", "output_tokens", "2"), written.notes());
            assertEquals("{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}", upstream.bodies().getFirst());
            assertTrue(upstream.heads().getFirst().startsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
        }
    }

    @Test
    void passesOnWhatTheQuerySays() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "secret\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        String messages = "[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"hello\"}]";
        Query query = Queries.of("hello", "messages", messages, "temperature", "0.5", "max_tokens", "9", "stop", "[\"x\"]", "model", "n", "traceparent", "00-1-2-01");
        try (FakeUpstream upstream = new FakeUpstream(texts(WAKE, STOP, DONE))) {
            ask(upstream, query, "upstream-key-file", key.toString(), "upstream-model", "m");
            String body = upstream.bodies().getFirst();
            for (String part : new String[] {"\"messages\":" + messages, "\"temperature\":0.5", "\"max_tokens\":9", "\"stop\":[\"x\"]", "\"model\":\"m\""}) {
                assertTrue(body.contains(part), body);
            }
            assertTrue(upstream.heads().getFirst().contains("Authorization: Bearer secret\r\n"));
            assertTrue(upstream.heads().getFirst().contains("traceparent: 00-1-2-01\r\n"));
        }
    }

    @Test
    void postedBodyIsPassedOnAsItIs() throws Exception {
        Query query = Queries.of("hello", "openai.body", "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"logit_bias\":{\"1\":2},\"stream\":false}");
        try (FakeUpstream upstream = new FakeUpstream(texts(WAKE, STOP, DONE))) {
            ask(upstream, query);
            assertEquals("{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"logit_bias\":{\"1\":2},\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                    upstream.bodies().getFirst());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "| the upstream ended in the middle of the answer",
        "data: {\"error\":{\"message\":\"no room\"}} | the upstream failed: no room",
        "event: error\\ndata: {\"message\":\"no room\"} | the upstream failed: no room",
        "error: {\"code\":500,\"message\":\"no slot\"} | the upstream failed: no slot",
        "data: {\"error\":\"odd\"} | the upstream failed: odd",
        "data: <html> | the upstream sent an event that is no JSON: <html>"})
    void badEndingsAreFailures(String last, String message) throws Exception {
        String end = last == null ? "" : last.replace("\\n", "\n");
        try (FakeUpstream upstream = new FakeUpstream(texts(WAKE, UP, end))) {
            assertEquals(message, failure(upstream));
            assertEquals("wake up 醒😀", written.text());
            assertEquals(1, upstream.bodies().size());
        }
    }

    @Test
    void endWithoutDoneIsWholeWhenItWasFinished() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(texts(WAKE, STOP))) {
            ask(upstream, Queries.of("hello"));
            assertEquals("wake ", written.text());
        }
    }

    @Test
    void brokenConnectionIsAFailure() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        String event = WAKE + "\n\n";
        try (FakeUpstream upstream = new FakeUpstream(out -> out.write((head + Integer.toHexString(event.length()) + "\r\n" + event + "\r\n5").getBytes(StandardCharsets.UTF_8)))) {
            assertTrue(failure(upstream).startsWith("the connection to the upstream broke: "));
            assertEquals("wake ", written.text());
        }
    }

    @Test
    void silenceIsAFailure() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        try (FakeUpstream upstream = new FakeUpstream(out -> {
            out.write((FakeUpstream.STREAM + WAKE + "\n\n").getBytes(StandardCharsets.UTF_8));
            hold.await();
        })) {
            assertEquals("the upstream was silent for 500 ms", failure(upstream, "upstream-idle", "500ms"));
            hold.countDown();
        }
    }

    @Test
    void upstreamThatHasBegunIsNotAskedAgain() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        try (FakeUpstream upstream = new FakeUpstream(out -> hold.await())) {
            assertEquals("the upstream was silent for 300 ms", failure(upstream, "upstream-idle", "300ms"));
            assertEquals(1, upstream.bodies().size());
            hold.countDown();
        }
    }

    @Test
    void triesAgainBeforeTheFirstCharacter() throws Exception {
        String busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        try (FakeUpstream upstream = new FakeUpstream(out -> out.write(busy.getBytes(StandardCharsets.UTF_8)), out -> { }, texts(WAKE, STOP, DONE))) {
            long startNs = System.nanoTime();
            ask(upstream, Queries.of("hello"));
            assertEquals("wake ", written.text());
            assertEquals(3, upstream.bodies().size());
            assertTrue(System.nanoTime() - startNs >= TimeUnit.SECONDS.toNanos(2));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "400 Bad Request || {\"error\":{\"message\":\"too long\",\"type\":\"x\"}} | 1 | the upstream answered 400: too long",
        "401 Unauthorized || no | 1 | the upstream answered 401: without a reason in JSON",
        "503 Service Unavailable | 3600 | {} | 1 | the upstream answered 503: {}",
        "429 Too Many Requests | 0 | {\"message\":\"slow\"} | 3 | the upstream answered 429: {\"message\":\"slow\"}"})
    void refusalsAreToldWithTheirReason(String status, String retryAfter, String body, int tries, String message) throws Exception {
        String head = "HTTP/1.1 " + status + "\r\n" + (retryAfter == null ? "" : "Retry-After: " + retryAfter + "\r\n") + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n";
        try (FakeUpstream upstream = new FakeUpstream(out -> out.write((head + body).getBytes(StandardCharsets.UTF_8)))) {
            assertEquals(message, failure(upstream));
            assertEquals(tries, upstream.bodies().size());
        }
    }

    @Test
    void goesOnWhereTheTextEnds() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(texts(UP, STOP, DONE)); OpenAiResponder responder = responder(upstream, "upstream-continue", "vllm")) {
            assertInstanceOf(ResumableResponder.class, responder).resume(Queries.of("hello"), "wake ", written);
            assertEquals("up 醒😀", written.text());
            assertEquals("{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"},{\"role\":\"assistant\",\"content\":\"wake \"}],\"stream\":true,"
                    + "\"stream_options\":{\"include_usage\":true},\"add_generation_prompt\":false,\"continue_final_message\":true}", upstream.bodies().getFirst());
        }
    }

    @Test
    void goesOnOnlyBeforeUpstreamsThatCan() throws Exception {
        try (FakeUpstream upstream = new FakeUpstream(texts(STOP)); OpenAiResponder responder = responder(upstream)) {
            assertFalse(ResumableResponder.class.isInstance(responder));
        }
    }

    @Test
    void cancelClosesTheConnection() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (FakeUpstream upstream = new FakeUpstream(out -> {
            try {
                out.write((FakeUpstream.STREAM + WAKE + "\n\n").getBytes(StandardCharsets.UTF_8));
                while (true) {
                    out.write(": ping\n\n".getBytes(StandardCharsets.UTF_8));
                    Thread.sleep(20);
                }
            } finally {
                gone.countDown();
            }
        }); OpenAiResponder responder = responder(upstream); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> answer = threads.submit(() -> {
                responder.respond(Queries.of("hello"), written);
                return null;
            });
            written.awaitLength(1);
            answer.cancel(true);
            assertTrue(gone.await(10, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "upstream | | --upstream must be the address of an API, such as http://localhost:8000/v1",
        "upstream | localhost:8000 | --upstream must be the address of an API, such as http://localhost:8000/v1, not 'localhost:8000'",
        "upstream-continue | yes | --upstream-continue must be vllm, llamacpp or none, not 'yes'",
        "upstream-idle | 60 | --upstream-idle must be a time such as 500ms, 30s, 5m or 1h, not '60'",
        "upstream-reasoning | 1 | --upstream-reasoning must be false or true, not '1'",
        "upstream-key-file | /no/such | --upstream-key-file cannot be read: /no/such"})
    void wrongOptionsAreRefused(String name, String value, String message) {
        Map<String, String> options = new HashMap<>(Map.of("upstream", "http://127.0.0.1:1/v1"));
        options.remove(name);
        if (value != null) {
            options.put(name, value);
        }
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> new OpenAiProvider().create(options)).getMessage());
    }

    private static OpenAiResponder responder(FakeUpstream upstream, String... options) {
        Map<String, String> all = Queries.pairs(options);
        all.put("upstream", upstream.address());
        return (OpenAiResponder) new OpenAiProvider().create(all);
    }

    private void ask(FakeUpstream upstream, Query query, String... options) throws Exception {
        try (OpenAiResponder responder = responder(upstream, options)) {
            responder.respond(query, written);
        }
    }

    private String failure(FakeUpstream upstream, String... options) {
        return assertThrows(UpstreamException.class, () -> ask(upstream, Queries.of("hello"), options)).getMessage();
    }
}
