package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A trace of a client's goes with its query wherever that goes. */
@Timeout(120)
class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String STATE = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7";
    private static final String[] FIELDS = {"traceparent: " + PARENT, "TraceState: congo=t61rcWkgMzE", "tracestate: rojo=00f067aa0ba902b7"};
    private static final String BOTH = "attribute traceparent | say ; | attribute tracestate";

    @TempDir
    static Path folder;
    private static RunningServer server;
    private static HttpServer upstream;
    /** The fields that the upstream was sent. */
    private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/v1/chat/completions", TracesIT::complete);
        upstream.start();
        server = RunningServer.start(folder, "--log", "json", "--responder", "steps=" + Steps.responder(), "--responder", "program=exec",
                "--exec", "sh -c 'cat >/dev/null; printf %s \"$TRACEPARENT;$TRACESTATE\"'", "--responder", "model=openai",
                "--upstream", "http://localhost:" + upstream.getAddress().getPort() + "/v1");
    }

    @AfterAll
    static void stop() {
        server.close();
        upstream.stop(0);
    }

    private static void complete(HttpExchange exchange) throws IOException {
        try (exchange) {
            ASKED.add(exchange.getRequestHeaders().getFirst("traceparent") + ";" + exchange.getRequestHeaders().getFirst("tracestate"));
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String answer(String query, String options, String... fields) {
        Wire.Response response = Requests.to(server).get("/" + Wire.encode(query) + "?unit=any" + options, fields);
        assertEquals(200, response.status(), response.body());
        return response.body().strip();
    }

    @Test
    void responderProgramAndUpstreamGetIt() {
        assertEquals(PARENT + ";" + STATE, answer(BOTH, "", FIELDS));
        assertEquals(PARENT + ";" + STATE, answer("x", "&responder=program", FIELDS));
        assertEquals("hi", answer("x", "&responder=model", FIELDS));
        assertEquals(PARENT + ";" + STATE, ASKED.poll());
        assertEquals(";", answer("x", "&responder=program"));
        assertEquals("hi", answer("x", "&responder=model"));
        assertEquals("null;null", ASKED.poll());
    }

    @Test
    void stateThatNoHeaderFieldCanHaveKeepsNoUpstreamFromAnAnswer() {
        Requests client = Requests.to(server);
        String body = "{'query':'x','attributes':{'traceparent':'" + PARENT + "','tracestate':'a=1,\\nb=2'}}";
        Wire.Response response = client.post("/v1/streams?responder=model", body);
        assertEquals("hi", client.text(response.header("Stream-Id")), response.body());
        assertEquals(PARENT + ";null", ASKED.poll());
    }

    @Test
    void queryThatIsAskedAgainIsTheSameInWhateverTrace() {
        Requests client = Requests.to(server);
        String first = client.ask("say once", "Idempotency-Key: again", "traceparent: " + PARENT);
        assertEquals(first, client.ask("say once", "Idempotency-Key: again", "traceparent: " + PARENT.replace(TRACE, "a".repeat(32))));
        assertEquals(first, client.ask("say once", "Idempotency-Key: again"));
    }

    @Test
    void badOneIsIgnored() {
        assertEquals("(none);(none)", answer(BOTH, "", "traceparent: 00-" + TRACE + "-0000000000000000-01", "tracestate: a=1"));
        assertEquals("(none);(none)", answer(BOTH, "", "traceparent: " + PARENT, "traceparent: " + PARENT));
        assertEquals(PARENT + ";(none)", answer(BOTH, "", "traceparent: " + PARENT, "tracestate: a=" + "v".repeat(250) + ",b=" + "v".repeat(250) + ",c=12345"));
    }

    @Test
    void postsDialectsAndWebSocketsHaveItToo() {
        Requests client = Requests.to(server).with(FIELDS);
        assertEquals(PARENT + ";" + STATE, client.text(client.ask(BOTH)));
        JsonNode completion = Requests.json(client.post("/v1/chat/completions", "{'model':'steps','messages':[{'role':'user','content':'" + BOTH + "'}]}"));
        assertEquals(PARENT + ";" + STATE, completion.at("/choices/0/message/content").asString(), completion.toString());
        try (WebSocketWire wire = new WebSocketWire(new Wire(server.address().getPort()), FIELDS)) {
            wire.ask("a", BOTH);
            assertEquals(PARENT + ";" + STATE, heard(wire, "a"));
            String own = PARENT.replace(TRACE, "a".repeat(32));
            wire.say("{'ask':{'ref':'b','query':'" + BOTH + "','attributes':{'traceparent':'" + own + "'}}}");
            assertEquals(own + ";(none)", heard(wire, "b"));
        }
    }

    private static String heard(WebSocketWire wire, String ref) {
        StringBuilder text = new StringBuilder();
        for (JsonNode each = wire.next(ref); !each.has("end"); each = wire.next(ref)) {
            text.append(each.path("text").asString(""));
        }
        return text.toString();
    }

    @Test
    void logAndAuditNameTheTraceAlsoAfterAKill() throws IOException {
        Path gate = folder.resolve("gate");
        Requests client = Requests.to(server).with(FIELDS);
        String failed = client.ask("await " + gate + " | fail here");
        server.kill("streamer");
        Awaitility.await().atMost(20, TimeUnit.SECONDS).ignoreExceptions().until(() -> Requests.to(server).get("/readyz").status() == 200);
        String plain = Requests.to(server).ask("say plain");
        Steps.open(gate);
        Path audit = folder.resolve("data").resolve("audit.log");
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> lines(audit, failed).size() == 1 && lines(audit, plain).size() == 1);
        assertTrue(lines(audit, failed).getFirst().contains("\"traceId\":\"" + TRACE + "\""), lines(audit, failed).toString());
        assertTrue(!lines(audit, plain).getFirst().contains("traceId"), lines(audit, plain).toString());
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> server.output().stream().anyMatch(
                line -> line.contains("failed on stream " + failed) && line.contains("{\"traceId\":\"" + TRACE + "\"}")));
    }

    private static List<String> lines(Path file, String stream) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).stream().filter(line -> line.contains(stream)).toList() : List.of();
    }
}
