package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients of this project that are scripts: mpstream.js in Node, mpstream.py. */
@Order(1)
@Timeout(180)
class OwnScriptClientIT {
    private static final Path ROOT = RunningServer.RUN_SH.getParent();
    private static final Path JAVASCRIPT = ROOT.resolve("page/src/main/resources/io/mpstream/page/mpstream.js");
    private static final Path PYTHON = ROOT.resolve("clients/python/mpstream.py");

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    @AutoClose
    private static RunningServer closed;

    @BeforeAll
    static void start() throws IOException {
        // A name by which every Node knows that it is a module.
        Files.copy(JAVASCRIPT, folder.resolve("mpstream.mjs"));
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", "open", "--feed", "news=number 0 1000000 20");
        closed = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--auth", "jwt", "--issue-tokens", "--token-life", "5s", "--data-dir", "closed");
    }

    private static ClientProgram node(Object url, String verb, String value, String options) {
        return ClientProgram.node("own.mjs", folder.resolve("mpstream.mjs").toString(), url.toString(), verb, value, options.replace('\'', '"'));
    }

    private static ClientProgram python(Object url, String... args) {
        List<String> command = new ArrayList<>(List.of("python3", PYTHON.toString(), "--url", url.toString()));
        command.addAll(List.of(args));
        return ClientProgram.start("python3-minimal", Map.of("LC_ALL", "C"), command.toArray(String[]::new));
    }

    private static void assertPrints(String expected, ClientProgram program) {
        try (program) {
            assertEquals(expected, program.whole());
        }
    }

    private static void assertEnds(int code, String expected, ClientProgram program) {
        try (program) {
            assertEquals(expected, program.whole());
            assertEquals(code, program.exit());
        }
    }

    @Test
    void nodeReadsAndChecks() {
        assertPrints("醒醒，Neo 😀\u2028\r\n[completed verified=true retries=false renewed=false]\n", node(server.address(), "ask", "say 醒醒，Neo 😀\u2028\r\n", "{}"));
        String stream = Requests.to(server).ask("say 0123456789");
        assertPrints("56789[completed verified=undefined retries=false renewed=false]\n", node(server.address(), "follow", stream, "{'offset':5}"));
    }

    @Test
    void nodeIsToldWhyAnAnswerIsNotWhole() {
        assertPrints("half[failed  " + detail() + "]\n", node(server.address(), "ask", Steps.HALF, "{}"));
        assertPrints("begun[cancelled  ]\n", node(server.address(), "ask", "say begun | hang", "{'stopAfter':5}"));
        assertPrints("begun[AbortError]\n", node(server.address(), "ask", "say begun | hang", "{'leaveAfter':5}"));
        assertPrints("[gone 410 there is no such stream, or it has been evicted]\n", node(server.address(), "follow", "0".repeat(32), "{}"));
        assertPrints("[refused 400 the query is empty]\n", node(server.address(), "ask", "", "{}"));
        try (ClientProgram nobody = node("http://localhost:" + RunningServer.freePort(), "ask", "x", "{'patienceMs':100}")) {
            assertTrue(nobody.whole().startsWith("[unreachable"), nobody.output());
        }
    }

    /** What the server says of a failure, as it says it to everybody. */
    private static String detail() {
        String end = Requests.to(server).get("/" + Wire.encode(Steps.HALF) + "?format=ndjson").body().lines().toList().getLast();
        return Rebuilt.JSON.readTree(end).get("end").get("detail").asString();
    }

    @Test
    void nodeLosesNothingWhenTheStreamerIsKilledOrTheConnectionIs() {
        Path runs = folder.resolve("node-runs");
        Path gate = folder.resolve("node-gate");
        try (ClientProgram node = node(server.address(), "ask", Steps.of("note " + runs, "number 0 50 30", "await " + gate, "number 50 150 10"), "{'reconnectAfter':20}")) {
            node.awaitOutput(text -> text.endsWith("49;"));
            server.kill("streamer");
            Steps.open(gate);
            assertEquals(Steps.numbers(0, 150) + "[completed verified=true retries=true renewed=false]\n", node.whole());
        }
        assertEquals(1, Steps.noted(runs));
    }

    @Test
    void aQueryWhoseAnswerIsLostIsAskedOnce() {
        for (boolean isNode : List.of(true, false)) {
            Path runs = folder.resolve("lost-" + isNode);
            String query = Steps.of("note " + runs, "number 0 20 5");
            try (LossyProxy proxy = new LossyProxy(server, 2)) {
                if (isNode) {
                    assertPrints(Steps.numbers(0, 20) + "[completed verified=true retries=true renewed=false]\n", node(proxy.address(), "ask", query, "{}"));
                } else {
                    assertEnds(0, Steps.numbers(0, 20), python(proxy.address(), "ask", query));
                }
                assertEquals(0, proxy.left());
            }
            assertEquals(1, Steps.noted(runs));
        }
    }

    @Test
    void nodeRenewsItsToken() {
        assertPrints(Steps.numbers(0, 120) + "[completed verified=true retries=false renewed=true]\n", node(closed.address(), "ask", "number 0 120 100", "{'user':'Neo'}"));
        assertPrints("[refused 401 a token is wanted: Authorization: Bearer …]\n", node(closed.address(), "ask", "say x", "{}"));
    }

    @Test
    void nodeAndPythonFollowAFeedOverAKill() {
        try (ClientProgram node = node(server.address(), "feed", "news", "{'leaveAfter':100000}"); ClientProgram python = python(server.address(), "tail", "news")) {
            node.awaitOutput(text -> text.length() > 50);
            python.awaitOutput(text -> text.length() > 50);
            server.kill("streamer");
            int nodeHas = node.output().length();
            int pythonHas = python.output().length();
            node.awaitOutput(text -> text.length() > nodeHas + 50);
            python.awaitOutput(text -> text.length() > pythonHas + 50);
            for (ClientProgram each : List.of(node, python)) {
                String seen = each.output();
                int first = Integer.parseInt(seen.substring(seen.indexOf(';') + 1, seen.indexOf(';', seen.indexOf(';') + 1)));
                String whole = seen.substring(seen.indexOf(';') + 1);
                assertTrue(Steps.numbers(first, first + 2_000).startsWith(whole), whole);
            }
        }
    }

    @Test
    void pythonHasAnExitCodeForEachEnd() {
        assertEnds(0, "醒醒，Neo 😀", python(server.address(), "ask", "say 醒醒，Neo 😀"));
        assertEnds(1, "halfmpstream: failed: " + detail() + "\n", python(server.address(), "ask", Steps.HALF));
        assertEnds(4, "mpstream: gone: there is no such stream, or it has been evicted\n", python(server.address(), "follow", "0".repeat(32)));
        assertEnds(1, "mpstream: refused: the query is empty\n", python(server.address(), "ask", ""));
        assertEnds(1, "mpstream: 'localhost' is no URL of a server, such as http://localhost:8000\n", python("localhost", "ask", "x"));
        String stream = Requests.to(server).ask(Steps.of("say begun", "hang"));
        try (ClientProgram reader = python(server.address(), "follow", stream)) {
            reader.awaitOutput("begun"::equals);
            assertEnds(0, "", python(server.address(), "stop", stream));
            assertEquals(3, reader.exit());
            assertEquals("begunmpstream: cancelled\n", reader.output());
        }
        assertEnds(3, "nmpstream: cancelled\n", python(server.address(), "follow", stream, "--offset", "4"));
    }

    @Test
    void pythonLosesNothingWhenTheStreamerIsKilled() {
        Path runs = folder.resolve("python-runs");
        Path gate = folder.resolve("python-gate");
        try (ClientProgram python = python(server.address(), "ask", Steps.of("note " + runs, "number 0 50 30", "await " + gate, "number 50 150 10"))) {
            python.awaitOutput(text -> text.endsWith("49;"));
            server.kill("streamer");
            Steps.open(gate);
            assertEquals(Steps.numbers(0, 150), python.whole());
            assertEquals(0, python.exit());
        }
        assertEquals(1, Steps.noted(runs));
    }

    @Test
    void pythonReadsStandardInput() {
        String script = "printf 'say from a pipe' | python3 " + PYTHON + " --url " + server.address() + " ask -; printf '\\377' | python3 " + PYTHON + " ask -; echo $?";
        assertPrints("from a pipempstream: standard input is not UTF-8\n1\n", ClientProgram.start("bash", "bash", "-c", script));
    }

    @Test
    void pythonRenewsItsTokenByTheFunctionThatItIsGiven() throws IOException {
        Path script = Files.writeString(folder.resolve("renew.py"), """
                import json, sys, urllib.request
                sys.path.insert(0, sys.argv[1])
                from mpstream import Answer
                wanted = []
                def token(is_fresh):
                    wanted.append(is_fresh)
                    request = urllib.request.Request(sys.argv[2] + "/generate_token", json.dumps({"user_id": "Neo"}).encode())
                    return json.load(urllib.request.urlopen(request))["token"]
                answer = Answer(sys.argv[2], query="number 0 120 100", token=token)
                print("".join(answer), answer.end["outcome"], True in wanted)
                """);
        assertPrints(Steps.numbers(0, 120) + " completed True\n",
                ClientProgram.start("python3-minimal", "python3", script.toString(), PYTHON.getParent().toString(), closed.address().toString()));
    }
}
