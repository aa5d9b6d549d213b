package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's API as its specification has it, and what it gains here: nothing is generated twice, and nothing lost. */
@Timeout(180)
class OpenAiIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String RESPONSES = "/v1/responses";
    private static final String[] RETRY = {"X-Stainless-Retry-Count", "1"};

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    @AutoClose
    private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "steps=" + Steps.responder(), "--responder", "other=echo",
                "--responder", "open=" + Steps.responder(), "--responder-option", "open.openai-body=true", "--cors-origin", "https://page.example");
    }

    private static HttpRequest.Builder request(String target, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(target)).timeout(Duration.ofSeconds(60));
        return fields.length == 0 ? request : request.headers(fields);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest post(String target, String body, String... fields) {
        return request(target, fields).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private static HttpResponse<String> get(String target) {
        return send(request(target).build());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Rebuilt.JSON.readTree(response.body());
    }

    private static ObjectNode chat(String query) {
        ObjectNode body = Rebuilt.JSON.createObjectNode().put("model", "steps");
        body.putArray("messages").addObject().put("role", "user").put("content", query);
        return body;
    }

    private static ObjectNode response(String query) {
        return Rebuilt.JSON.createObjectNode().put("model", "steps").put("input", query);
    }

    private static String content(HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        return json(response).at("/choices/0/message/content").stringValue();
    }

    /** The texts of all deltas of a response's events. */
    private static String deltas(String events) {
        StringBuilder text = new StringBuilder();
        events.lines().filter(line -> line.startsWith("data: {\"type\":\"response.output_text.delta\""))
                .forEach(line -> text.append(Rebuilt.JSON.readTree(line.substring(6)).get("delta").stringValue()));
        return text.toString();
    }

    private static void assertError(int status, String type, String param, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = json(response).get("error");
        assertEquals(List.of("message", "type", "param", "code"), List.copyOf(error.propertyNames()));
        assertEquals(type + " " + param + " " + code, error.get("type").asString() + " " + error.get("param").asString(null) + " " + error.get("code").asString(null));
    }

    @Test
    void errorsAreThoseOfTheApi() {
        String invalid = "invalid_request_error";
        assertError(400, invalid, null, null, send(post(CHAT, "{")));
        assertError(400, invalid, "model", null, send(post(CHAT, "{\"messages\":[]}")));
        assertError(404, invalid, "model", "model_not_found", send(post(CHAT, chat("say x").put("model", "none").toString())));
        assertError(400, invalid, "n", "unsupported_parameter", send(post(CHAT, chat("say x").put("n", 2).toString())));
        assertError(400, invalid, null, null, send(post(CHAT, chat("say half").toString().replace("half", "\\ud83d"))));
        assertError(405, invalid, null, null, get(CHAT));
        assertError(415, invalid, null, null, send(request(CHAT).header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString("x")).build()));
        assertError(413, invalid, null, null, send(post(CHAT, chat("say " + "x".repeat(1 << 20)).toString())));
        assertError(404, invalid, null, null, get(RESPONSES + "/resp_" + "0".repeat(32)));
        assertError(404, invalid, "model", "model_not_found", get("/v1/models/none"));
        assertError(404, invalid, null, null, get(RESPONSES + "/input_items"));
        assertError(405, invalid, null, null, get(RESPONSES + "/x/cancel"));
        assertError(431, invalid, null, null, send(request("/v1/models", "X-Long", "x".repeat(20_000)).build()));
        assertError(400, invalid, "starting_after", null, get(RESPONSES + "/" + id(send(post(RESPONSES, response("say x").toString()))) + "?starting_after=3"));
    }

    @Test
    void respondersAreTheModels() {
        JsonNode models = json(get("/v1/models"));
        assertEquals("steps", models.at("/data/0/id").stringValue());
        assertEquals("other", json(get("/v1/models/other")).get("id").stringValue());
        assertEquals("say x", content(send(post(CHAT, chat("say x").put("model", "other").toString()))));
        assertEquals("x", content(send(post(CHAT, chat("say x").toString()))));
    }

    @Test
    void browsersMaySendWhatTheSdksDo() {
        HttpResponse<String> answer = send(request(CHAT, "Origin", "https://page.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers",
                "authorization,content-type,x-stainless-arch,x-stainless-retry-count").method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(204, answer.statusCode());
        assertTrue(answer.headers().firstValue("Access-Control-Allow-Headers").orElse("").contains("x-stainless-retry-count"), answer.headers().toString());
        HttpResponse<String> posted = send(post(CHAT, chat("say x").toString(), "Origin", "https://page.example"));
        assertTrue(posted.headers().firstValue("Access-Control-Expose-Headers").orElse("").contains("X-Request-Id"));
    }

    @Test
    void theStreamOfAnAnswerIsItsRequestId() {
        HttpResponse<String> answer = send(post(CHAT, chat("say wake up").toString()));
        assertEquals("wake up\n", get("/v1/stream/" + answer.headers().firstValue("X-Request-Id").orElseThrow()).body());
    }

    @Test
    void whatAClientSendsAgainIsNotGeneratedAgain() throws Exception {
        for (boolean isStreamed : List.of(true, false)) {
            Path asked = folder.resolve("asked-" + isStreamed);
            Path gate = folder.resolve("gate-" + isStreamed);
            String body = chat(Steps.of("note " + asked, "say one", "await " + gate, "say  two")).put("stream", isStreamed).toString();
            CompletableFuture<?> first = CLIENT.sendAsync(post(CHAT, body), HttpResponse.BodyHandlers.ofString());
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Steps.noted(asked) == 1);
            first.cancel(true);
            CompletableFuture<HttpResponse<String>> again = CLIENT.sendAsync(post(CHAT, body, RETRY), HttpResponse.BodyHandlers.ofString());
            Steps.open(gate);
            assertTrue(again.get().body().contains(" two\""), again.get().body());
            assertEquals(1, Steps.noted(asked));
            // Another that is the same, and no retry, is another.
            assertTrue(send(post(CHAT, body)).body().contains(" two\""));
            assertEquals(2, Steps.noted(asked));
        }
    }

    @Test
    void aKeyStandsForTheWholeConversation() {
        ObjectNode longer = chat("say x");
        longer.withArray("messages").insertObject(0).put("role", "system").put("content", "be");
        String[] key = {"Idempotency-Key", "conversation"};
        HttpResponse<String> first = send(post(CHAT, chat("say x").toString(), key));
        assertEquals(first.headers().firstValue("X-Request-Id"), send(post(CHAT, chat("say x").toString(), key)).headers().firstValue("X-Request-Id"));
        assertError(422, "invalid_request_error", null, null, send(post(CHAT, longer.toString(), key)));
    }

    @Test
    void answerThatFailsIsAnErrorThatNobodyRepeats() {
        HttpResponse<String> failed = send(post(CHAT, chat(Steps.HALF).toString()));
        assertError(500, "server_error", null, "responder_failed", failed);
        assertEquals("false", failed.headers().firstValue("x-should-retry").orElse(""));
        assertEquals("failed", json(get("/v1/streams?limit=500")).get("streams").values().stream().filter(each -> each.get("id").stringValue()
                .equals(failed.headers().firstValue("X-Request-Id").orElse(""))).findFirst().orElseThrow().get("state").stringValue());
    }

    @Test
    void messagesReachTheResponder() {
        ObjectNode body = chat("attribute messages");
        body.withArray("messages").insertObject(0).put("role", "system").put("content", "\"content\":0");
        assertEquals("[{\"role\":\"system\",\"content\":\"\\\"content\\\":0\"},{\"role\":\"user\",\"content\":\"attribute messages\"}]",
                content(send(post(CHAT, body.toString()))));
        assertEquals("(none)", content(send(post(CHAT, chat("attribute mpstream.digest").toString()))));
    }

    @Test
    void aResponderThatTakesBodiesGetsThem() {
        ObjectNode body = chat("attribute openai.body").put("model", "open");
        body.putArray("tools").addObject().put("type", "function");
        assertEquals("{\"model\":\"open\",\"tools\":[{\"type\":\"function\"}]}", content(send(post(CHAT, body.toString()))));
        assertError(400, "invalid_request_error", "tools", "unsupported_parameter", send(post(CHAT, body.put("model", "steps").toString())));
    }

    private static String id(HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        String body = response.body();
        int at = body.indexOf("resp_");
        return body.substring(at, at + 37);
    }

    @Test
    void aResponseIsGoneOnWithAfterTheStreamerWasKilled() throws Exception {
        Path asked = folder.resolve("asked-killed");
        Path gate = folder.resolve("gate-killed");
        HttpResponse<String> created = send(post(RESPONSES, response(Steps.of("note " + asked, "say 醒醒 ", "await " + gate, "say 😀")).put("background", true).toString()));
        String id = id(created);
        assertTrue(List.of("queued", "in_progress").contains(json(created).get("status").stringValue()), created.body());
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> json(get(RESPONSES + "/" + id)).at("/output/0/content/0/text").asString("").equals("醒醒 "));
        server.kill("streamer");
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> get("/readyz").statusCode() == 200);
        CompletableFuture<HttpResponse<String>> rest = CLIENT.sendAsync(request(RESPONSES + "/" + id + "?stream=true&starting_after=10").build(),
                HttpResponse.BodyHandlers.ofString());
        Steps.open(gate);
        assertEquals(" 😀", deltas(rest.get().body()));
        String whole = get(RESPONSES + "/" + id + "?stream=true").body();
        assertEquals("醒醒 😀", deltas(whole));
        assertEquals(4, whole.lines().filter(line -> line.equals("event: response.output_text.delta")).count());
        assertEquals("completed", json(get(RESPONSES + "/" + id)).get("status").stringValue());
        assertEquals(1, Steps.noted(asked));
        assertEquals("user", json(get(RESPONSES + "/" + id + "/input_items")).at("/data/0/role").stringValue());
    }

    @Test
    void aResponseThatWasDeletedStaysSo() {
        String[] key = {"Idempotency-Key", "deleted"};
        String id = id(send(post(RESPONSES, response("say x").toString(), key)));
        HttpResponse<String> deleted = send(request(RESPONSES + "/" + id).DELETE().build());
        assertEquals("{\"id\":\"" + id + "\",\"object\":\"response\",\"deleted\":true}", deleted.body());
        assertEquals(404, get(RESPONSES + "/" + id).statusCode());
        server.kill("streamer");
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> get("/readyz").statusCode() == 200);
        assertEquals(404, get(RESPONSES + "/" + id).statusCode());
        assertEquals(410, get("/v1/stream/" + id.substring(5)).statusCode());
        assertFalse(id(send(post(RESPONSES, response("say x").toString(), key))).equals(id));
    }

    @Test
    void aResponseIsCancelledOnceAndForAll() {
        String id = id(send(post(RESPONSES, response("say begun | hang").put("background", true).toString())));
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> get(RESPONSES + "/" + id).body().contains("begun"));
        for (int i = 0; i < 2; i++) {
            JsonNode cancelled = json(send(request(RESPONSES + "/" + id + "/cancel").POST(HttpRequest.BodyPublishers.noBody()).build()));
            assertEquals("cancelled begun", cancelled.get("status").stringValue() + " " + cancelled.at("/output/0/content/0/text").stringValue());
        }
    }

    @Test
    void aResponseGoesOnAfterAnotherOne() {
        String id = id(send(post(RESPONSES, response("say uno").put("instructions", "be short").toString())));
        JsonNode next = json(send(post(RESPONSES, response("attribute messages").put("previous_response_id", id).toString())));
        assertEquals("[{\"role\":\"user\",\"content\":\"say uno\"},{\"role\":\"assistant\",\"content\":\"uno\"},{\"role\":\"user\",\"content\":\"attribute messages\"}]",
                next.at("/output/0/content/0/text").stringValue());
        assertEquals(id, next.get("previous_response_id").stringValue());
        ObjectNode referring = response("");
        referring.putArray("input").addObject().put("type", "item_reference").put("id", id.replace("resp_", "msg_"));
        referring.withArray("input").addObject().put("role", "user").put("content", "attribute messages");
        assertEquals("[{\"role\":\"assistant\",\"content\":\"uno\"},{\"role\":\"user\",\"content\":\"attribute messages\"}]",
                json(send(post(RESPONSES, referring.toString()))).at("/output/0/content/0/text").stringValue());
        String tooLong = id(send(post(RESPONSES, response("kibibytes 1200").toString())));
        assertError(400, "invalid_request_error", "input", null, send(post(RESPONSES, response("say x").put("previous_response_id", tooLong).toString())));
    }

    @Test
    void longTextIsRepeatedFromWhereItLies() {
        String body = send(post(RESPONSES, response("kibibytes 4096").put("stream", true).toString())).body();
        String whole = Steps.kibibytes(4096);
        assertTrue(deltas(body).equals(whole));
        String last = body.lines().filter(line -> line.startsWith("data: {\"type\":\"response.completed\"")).findFirst().orElseThrow();
        assertTrue(Rebuilt.JSON.readTree(last.substring(6)).at("/response/output/0/content/0/text").stringValue().equals(whole));
        assertTrue(content(send(post(CHAT, chat("kibibytes 4096").toString()))).equals(whole));
    }

    @Test
    void anAnswerThatIsWantedWholeMayRunFurtherAheadThanOneThatIsRead() {
        // Twice of what an answer may be ahead of its readers.
        String content = content(send(post(CHAT, chat("kibibytes 33000").toString())));
        assertEquals(Steps.kibibytes(1).length() * 33_000, content.length());
    }

    @Test
    void aChatOfThePageIsFoundAgainWhileItRuns() throws Exception {
        Path gate = folder.resolve("gate-ui");
        String chat = "/v1/ui/chat/a%20b/stream";
        assertEquals(204, get(chat).statusCode());
        ObjectNode body = Rebuilt.JSON.createObjectNode().put("id", "a b");
        body.putArray("messages").addObject().put("id", "1").put("role", "user").putArray("parts").addObject().put("type", "text").put("text", "say hi | await " + gate);
        CompletableFuture<HttpResponse<String>> asked = CLIENT.sendAsync(post("/v1/ui/chat", body.toString()), HttpResponse.BodyHandlers.ofString());
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> json(get("/v1/streams?limit=1")).at("/streams/0/offset").asLong(0) == 2);
        // Which is here as soon as its head is.
        HttpResponse<InputStream> found = CLIENT.send(request(chat).build(), HttpResponse.BodyHandlers.ofInputStream());
        Steps.open(gate);
        String resumed = new String(found.body().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("v1", asked.get().headers().firstValue("x-vercel-ai-ui-message-stream").orElse(""));
        assertEquals(parts(asked.get().body()), parts(resumed));
        assertTrue(resumed.endsWith("data: {\"type\":\"finish\",\"finishReason\":\"stop\"}\n\ndata: [DONE]\n\n"), resumed);
        assertEquals(204, get(chat).statusCode());
    }

    /** All but the place in the line, which only who waited has seen. */
    private static List<String> parts(String body) {
        return body.lines().filter(line -> !line.isEmpty() && !line.contains("data-queue")).toList();
    }

    /** The page's own command, before an upstream that is a server like this one. */
    @Test
    void commandOfThePageIsAnsweredThroughAnUpstream() throws IOException {
        ClientProgram.assumeInstalled("curl", "curl");
        String page = Files.readString(RunningServer.RUN_SH.resolveSibling("docs/OPENAI.md"));
        String command = page.lines().filter(line -> line.startsWith("    curl ") || line.startsWith("      -d ")).map(String::strip).reduce("", (all, line) -> all + "\n" + line);
        assertTrue(page.contains("./run.sh --responder openai --upstream http://localhost:8080/v1\n"));
        Path other = Files.createDirectory(folder.resolve("front"));
        try (RunningServer front = RunningServer.start(other, "--single", "--data-dir", other.toString(), "--responder", "openai", "--upstream",
                server.address().resolve("/v1").toString(), "--upstream-model", "other");
                ClientProgram curl = ClientProgram.start("bash", "bash", "-c", command.replace("localhost:8000", "localhost:" + front.address().getPort()))) {
            String events = curl.whole();
            assertTrue(events.contains("\"delta\":{\"content\":\"wake up\"}"), events);
            assertTrue(events.endsWith("data: [DONE]\n\n"), events);
        }
    }

    @Test
    void keysAreTokens() throws IOException {
        Path other = Files.createDirectory(folder.resolve("auth"));
        try (RunningServer careful = RunningServer.start(other, "--single", "--data-dir", other.toString(), "--responder", "steps=" + Steps.responder(), "--auth", "jwt",
                "--jwt-secret-file", Keys.secretFile(folder).toString())) {
            HttpRequest nobody = HttpRequest.newBuilder(careful.address().resolve(CHAT)).header("Content-Type", "application/json")
                    .header("Authorization", "Bearer sk-none").POST(HttpRequest.BodyPublishers.ofString(chat("say x").toString())).build();
            assertError(401, "invalid_request_error", null, "invalid_api_key", send(nobody));
            assertFalse(send(nobody).headers().firstValue("WWW-Authenticate").isEmpty());
        }
    }
}
