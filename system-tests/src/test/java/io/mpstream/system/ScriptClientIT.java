package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Python's standard library, Node's fetch, and what Node's users take from npm for events and WebSockets. */
@Timeout(180)
class ScriptClientIT {
    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder());
    }

    @Test
    void pythonReadsTextAndSeesThatItIsCut() {
        for (String library : List.of("client", "urllib")) {
            assertEquals("醒醒，Neo 😀\n[whole]\n", python(library, "say 醒醒，Neo 😀"));
            assertEquals("half[IncompleteRead]\n", python(library, Steps.HALF));
        }
    }

    @Test
    void pythonReadsTextWhileItIsWritten() {
        for (String library : List.of("client", "urllib")) {
            try (ClientProgram python = startPython(library, "say begun | hang")) {
                python.awaitOutput("begun"::equals);
                assertTrue(python.isAlive());
            }
        }
    }

    private static String python(String library, String query) {
        try (ClientProgram python = startPython(library, query)) {
            return python.whole();
        }
    }

    private static ClientProgram startPython(String library, String query) {
        return ClientProgram.start("python3", "python3", ClientProgram.source("standard.py").toString(), library,
                server.address().getAuthority(), "/" + Wire.encode(query));
    }

    @Test
    void fetchOfNodeReadsTextAndSeesThatItIsCut() {
        assertEquals("醒醒，Neo 😀\n[whole]\n", node("fetch.mjs", "say 醒醒，Neo 😀"));
        assertEquals("half[broken]\n", node("fetch.mjs", Steps.HALF));
    }

    @Test
    void fetchOfNodeReadsTextWhileItIsWritten() {
        try (ClientProgram node = ClientProgram.node("fetch.mjs", url("say begun | hang", ""))) {
            node.awaitOutput("begun"::equals);
            assertTrue(node.isAlive());
        }
    }

    private static String node(String script, String query) {
        try (ClientProgram node = ClientProgram.node(script, url(query, ""))) {
            return node.whole();
        }
    }

    @Test
    void eventSourceOfNodeReadsTextAndStopsAtTheEnd() {
        ClientProgram.assumeModule("eventsource");
        for (var each : List.of(List.of("say 醒醒，Neo 😀", "醒醒，Neo 😀\n[completed after 1]\n"), List.of(Steps.HALF, "half\n[failed after 1]\n"))) {
            try (ClientProgram node = ClientProgram.node("eventsource.cjs", url(each.getFirst(), "?format=sse"))) {
                assertEquals(each.getLast(), node.whole());
            }
        }
    }

    @Test
    void eventSourceOfNodeLosesNothingWhenTheStreamerIsKilled() throws IOException {
        ClientProgram.assumeModule("eventsource");
        Path runs = folder.resolve("eventsource");
        Path gate = folder.resolve("eventsource-gate");
        String query = Steps.of("note " + runs, "number 0 50 30", "await " + gate, "number 50 150 30");
        try (ClientProgram node = ClientProgram.node("eventsource.cjs", url(query, "?format=sse"))) {
            node.awaitOutput(text -> text.contains("10;"));
            server.kill("streamer");
            Steps.open(gate);
            assertEquals(Steps.numbers(0, 150) + "\n[completed after 2]\n", node.whole());
        }
        assertEquals(1, Steps.noted(runs));
    }

    @Test
    void webSocketOfNodeReadsText() {
        ClientProgram.assumeModule("ws");
        String address = "ws://" + server.address().getAuthority() + "/v1/ws";
        for (var each : List.of(List.of("say 醒醒，Neo 😀", "醒醒，Neo 😀[completed][closed 1000]\n"), List.of(Steps.HALF, "half[failed][closed 1000]\n"))) {
            try (ClientProgram node = ClientProgram.node("ws.cjs", address, each.getFirst())) {
                assertEquals(each.getLast(), node.whole());
            }
        }
    }

    private static String url(String query, String options) {
        return server.address() + "/" + Wire.encode(query) + options;
    }
}
