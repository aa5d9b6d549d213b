package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Event streams of OpenAI's API as openai-python reads them, which takes more for an event than others do. */
@Timeout(120)
class PythonDispatchIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";
    private static final String RESPONSES = "/v1/responses";
    private static final String TEXT = "醒醒，Neo 😀\n\n\"data: [DONE]\"\u2028\u0085\r\n";
    private static final Shortened SIGN = new Shortened(Bound.HEARTBEAT, "200ms");

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, SIGN.environment(), "--responder", "steps=" + Steps.responder(), "--concurrency", "1");
    }

    /** The rules themselves: what a browser passes over ends here. */
    @Test
    void whatOthersPassOverIsRefused() {
        for (String body : List.of("id: 1\ndata: {}\n\n: still here\n\n", "retry: 1000\n\n", "event: ping\n\n", "data:\n\n", "data: half\n\n")) {
            assertThrows(RuntimeException.class, () -> PythonDispatch.read(body), body);
        }
        assertEquals(1, PythonDispatch.read(": still here\n\n: and here\ndata: {}\n\n").events().size());
        assertEquals("no", PythonDispatch.read("event: error\ndata: {\"error\":{\"message\":\"no\"}}\n\n").error());
        assertTrue(PythonDispatch.read("data: {}\n\ndata: [DONE]\n\n").isEnded());
    }

    @Test
    void wholeAnswerIsRead() throws IOException {
        for (String target : List.of(CHAT, COMPLETIONS, RESPONSES)) {
            PythonDispatch got = ask(target, "say " + TEXT);
            assertEquals(TEXT, got.text(), target);
            assertNull(got.error(), target);
            assertEquals(!target.equals(RESPONSES), got.isEnded(), target);
        }
    }

    @Test
    void failureIsRaised() throws IOException {
        for (String target : List.of(CHAT, COMPLETIONS)) {
            PythonDispatch got = ask(target, Steps.HALF);
            assertEquals("half", got.text(), target);
            assertTrue(got.error().contains("in the middle"), got.error());
            assertFalse(got.isEnded(), target);
        }
        PythonDispatch got = ask(RESPONSES, Steps.HALF);
        assertEquals("half", got.text());
        JsonNode last = got.events().getLast();
        assertEquals("response.failed", last.get("type").asString());
        assertTrue(last.at("/response/error/message").asString().contains("in the middle"), last.toString());
    }

    @Test
    void wholeAnswerIsReadAgainAndFromAnyEventOn() throws IOException {
        List<JsonNode> first = ask(RESPONSES, "say " + TEXT).events();
        String address = RESPONSES + "/" + first.getFirst().at("/response/id").asString() + "?stream=true";
        assertEquals("response.created", first.getFirst().get("type").asString());
        List<JsonNode> all = get(address).events();
        assertEquals("response.created", all.getFirst().get("type").asString());
        int last = first.getLast().get("sequence_number").asInt();
        for (int after : all.stream().mapToInt(event -> event.get("sequence_number").asInt()).distinct().toArray()) {
            List<JsonNode> rest = get(address + "&starting_after=" + after).events();
            List<JsonNode> expected = all.stream().filter(event -> event.get("sequence_number").asInt() > after).toList();
            assertTrue(rest.stream().allMatch(event -> event.get("sequence_number").asInt() > after), rest.toString());
            assertEquals(text(expected), text(rest), "after " + after);
            assertEquals(expected.stream().map(PythonDispatchIT::kind).distinct().toList(), rest.stream().map(PythonDispatchIT::kind).distinct().toList(), "after " + after);
        }
        assertEquals(last, all.getLast().get("sequence_number").asInt());
    }

    private static String kind(JsonNode event) {
        return event.get("type").asString();
    }

    private static String text(List<JsonNode> events) {
        return new PythonDispatch(events, null, false).text();
    }

    /** Each kind of them is seen some times, in the line and while the responder thinks. */
    @Test
    void signsOfLifeAreNoEvents() throws IOException {
        for (String target : List.of(CHAT, COMPLETIONS, RESPONSES)) {
            Path gate = folder.resolve(target.replace('/', '-'));
            Path second = folder.resolve(target.replace('/', '-') + "-2");
            try (Wire holder = server.connect().ask(Steps.of("say first", "await " + gate)); Wire wire = PythonDispatch.ask(server, target,
                    body(target, Steps.of("await " + second, "say " + TEXT)))) {
                holder.head();
                Wire.Response head = wire.head();
                assertTrue(head.header("Content-Type").startsWith("text/event-stream"), head.toString());
                StringBuilder body = new StringBuilder();
                awaitSigns(wire, body, 3);
                Steps.open(gate);
                awaitSigns(wire, body, 6);
                Steps.open(second);
                rest(wire, body);
                assertEquals(TEXT, PythonDispatch.read(body.toString()).text(), body.toString());
            }
        }
    }

    private static void awaitSigns(Wire wire, StringBuilder body, int count) throws IOException {
        while (body.toString().lines().filter(line -> line.startsWith(":") || line.equals("event: keepalive")).count() < count) {
            body.append(wire.chunk());
        }
    }

    private static void rest(Wire wire, StringBuilder body) throws IOException {
        for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
            body.append(chunk);
        }
    }

    @Test
    void cancelledAnswerIsRaised() throws IOException {
        try (Wire wire = PythonDispatch.ask(server, RESPONSES, body(RESPONSES, Steps.of("say half", "hang")))) {
            wire.head();
            StringBuilder body = new StringBuilder();
            while (!body.toString().contains("half")) {
                body.append(wire.chunk());
            }
            String id = PythonDispatch.read(body.substring(0, body.lastIndexOf("\n\n") + 2)).events().getFirst().at("/response/id").asString();
            Requests.to(server).post(RESPONSES + "/" + id + "/cancel", "");
            rest(wire, body);
            JsonNode last = PythonDispatch.read(body.toString()).events().getLast();
            assertEquals("response.failed", last.get("type").asString());
            assertEquals("cancelled", last.at("/response/status").asString());
        }
    }

    private static PythonDispatch ask(String target, String query) throws IOException {
        try (Wire wire = PythonDispatch.ask(server, target, body(target, query))) {
            return read(wire);
        }
    }

    private static PythonDispatch get(String target) throws IOException {
        try (Wire wire = server.connect().get(target)) {
            return read(wire);
        }
    }

    private static PythonDispatch read(Wire wire) {
        Wire.Response response = wire.response();
        assertEquals(200, response.status(), response.body());
        return PythonDispatch.read(response.body());
    }

    private static Map<String, Object> body(String target, String query) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("model", "steps", "stream", true));
        switch (target) {
            case CHAT -> body.put("messages", PythonDispatch.messages(query));
            case COMPLETIONS -> body.put("prompt", query);
            default -> body.put("input", query);
        }
        return body;
    }
}
