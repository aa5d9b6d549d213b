package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spans, as a collector gets them that the environment names. */
@Timeout(120)
class SpansIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String STREAMER = "mpstream-streamer";
    private static final String PRODUCER = "mpstream-producer";
    private static final int INTERNAL = 1;
    private static final int SERVER = 2;
    private static final int ERROR = 2;
    private static final List<String> ALL = List.of("queued", "started", "first_text", "end");

    @TempDir
    static Path folder;
    private static SpanCollector collector;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        collector = new SpanCollector();
        server = RunningServer.start(folder, environment(collector.endpoint()), "--responder", "steps=" + Steps.responder());
    }

    private static Map<String, String> environment(String endpoint) {
        return Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "OTEL_BSP_SCHEDULE_DELAY", "50", "OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED", "true",
                RunningServer.JAVA_OPTIONS, RunningServer.SHORT_LIVED);
    }

    @AfterAll
    static void stop() {
        server.close();
        collector.close();
    }

    private static String outcome(SpanCollector.Span span) {
        return span.attributes().get("mpstream.outcome");
    }

    @Test
    void queryIsASpanInEachProcessInTheTraceOfItsClient() {
        Requests client = Requests.to(server);
        String stream = client.ask("attribute traceparent", "traceparent: 00-" + TRACE + "-" + CALLER + "-01");
        SpanCollector.Span outer = collector.await(STREAMER, stream);
        SpanCollector.Span inner = collector.await(PRODUCER, stream);
        assertEquals(List.of(TRACE, CALLER, "ask"), List.of(outer.trace(), outer.parent(), outer.name()));
        assertEquals(List.of(TRACE, outer.id(), "generate"), List.of(inner.trace(), inner.parent(), inner.name()));
        assertEquals(SERVER, outer.kind());
        assertEquals(INTERNAL, inner.kind());
        assertEquals(ALL, outer.events());
        assertEquals(List.of("first_text", "end"), inner.events());
        assertEquals(List.of("completed", "completed"), List.of(outcome(outer), outcome(inner)));
        assertEquals("00-" + TRACE + "-" + inner.id() + "-01", client.text(stream));
    }

    @Test
    void queryWithoutATraceBeginsOne() throws Exception {
        String stream = Requests.to(server).ask("say hi");
        SpanCollector.Span outer = collector.await(STREAMER, stream);
        SpanCollector.Span inner = collector.await(PRODUCER, stream);
        assertEquals("", outer.parent());
        assertEquals(List.of(outer.trace(), outer.id()), List.of(inner.trace(), inner.parent()));
        Path audit = folder.resolve("data").resolve("audit.log");
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Files.exists(audit) && Files.readAllLines(audit).stream()
                .anyMatch(line -> line.contains(stream) && line.contains("\"traceId\":\"" + outer.trace() + "\"")));
    }

    @Test
    void outcomeIsThatOfTheAnswerAndNotOfAResponse() {
        Requests client = Requests.to(server);
        String failed = client.ask("fail here");
        String cancelled = client.ask("say x | hang");
        assertEquals(200, Requests.to(server).get("/v1/stream/" + failed + "?format=ndjson").status());
        assertTrue(client.delete("/v1/stream/" + cancelled).status() < 300);
        for (String service : List.of(STREAMER, PRODUCER)) {
            SpanCollector.Span span = collector.await(service, failed);
            assertEquals("failed", outcome(span));
            assertEquals(ERROR, span.status());
            assertEquals("cancelled", outcome(collector.await(service, cancelled)));
            assertEquals(0, collector.await(service, cancelled).status());
        }
    }

    @Test
    void chatIsNamedSo() {
        String stream = Requests.to(server).post("/v1/chat/completions", "{'model':'steps','messages':[{'role':'user','content':'say hi'}]}").header("X-Request-Id");
        assertTrue(collector.await(PRODUCER, stream).name().startsWith("chat"), collector.await(PRODUCER, stream).toString());
        assertEquals("chat", collector.await(STREAMER, stream).attributes().get("gen_ai.operation.name"));
    }

    @Test
    void endpointThatIsAwayIsToldOnceByEachProcessAndNothingElseIsLost() {
        collector.leave();
        Requests client = Requests.to(server);
        assertEquals("first", client.answer("say first"));
        for (String role : List.of("streamer", "producer")) {
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> told(role, "spans cannot be exported") == 1);
        }
        assertEquals("second", client.answer("say second"));
        collector.comeBack();
        for (String role : List.of("streamer", "producer")) {
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
                client.answer("say again");
                return told(role, "spans are exported again") == 1;
            });
            assertEquals(1, told(role, "spans cannot be exported"), server.output().toString());
        }
        assertTrue(server.output().stream().noneMatch(line -> line.contains("opentelemetry")), server.output().toString());
    }

    private static long told(String role, String what) {
        return server.output().stream().filter(line -> line.contains(" " + role + " [") && line.contains(what)).count();
    }

    @Test
    void environmentThatCannotBeUsedIsRefusedInOneLine() {
        try (RunningServer refused = RunningServer.run(folder, environment("nowhere"), "--server-port", "0", "--data-dir", "other")) {
            assertEquals(2, refused.awaitExit(), refused.output().toString());
            List<String> lines = refused.output().stream().filter(each -> !each.contains(" is not ready yet, after ")).toList();
            assertEquals(1, lines.size(), lines.toString());
            assertTrue(lines.getFirst().startsWith("mpstream: the variables OTEL_… cannot be used: "), lines.toString());
        }
    }
}
