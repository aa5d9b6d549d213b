package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A page of another origin in a real browser, with what a browser has built in: EventSource and fetch. */
@Timeout(180)
class ChromiumClientIT {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;
    @AutoClose
    private static PageServer pages;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        pages = new PageServer();
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--cors-origin", pages.origin());
    }

    @Test
    void pageThatFollowsEventsLosesNothingWhenTheStreamerIsKilled() throws IOException {
        Path runs = folder.resolve("runs");
        Path gate = folder.resolve("gate");
        String query = Steps.of("note " + runs, "number 0 50 30", "await " + gate, "number 50 150 30");
        try (ClientProgram browser = open("events", query, "?format=sse")) {
            assertTrue(pages.awaitSeen().startsWith("0;"), browser.output());
            server.kill("streamer");
            Steps.open(gate);
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals(Steps.numbers(0, 150), report.get("text").asString());
            assertEquals("completed", report.get("outcome").asString());
            assertEquals(2, report.get("opened").asInt());
        }
        assertEquals(1, Steps.noted(runs));
    }

    @Test
    void pageThatFollowsEventsLosesNothingWhenTheStreamerIsKilledAgainAndAgain() throws IOException {
        Path runs = folder.resolve("runs-again");
        Path gate = folder.resolve("gate-again");
        String query = Steps.of("note " + runs, "number 0 150 30", "await " + gate, "number 150 300 30");
        try (ClientProgram browser = open("events", query, "?format=sse")) {
            assertTrue(pages.awaitSeen().startsWith("0;"), browser.output());
            server.kill("streamer");
            server.jvm("streamer");
            server.kill("streamer");
            Steps.open(gate);
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals(Steps.numbers(0, 300), report.get("text").asString());
            assertEquals("completed", report.get("outcome").asString());
        }
        assertEquals(1, Steps.noted(runs));
    }

    @Test
    void pageIsToldOfAFailureAndDoesNotAskAgain() throws IOException {
        try (ClientProgram browser = open("events", Steps.HALF, "?format=sse")) {
            assertEquals("half", pages.awaitSeen(), browser.output());
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals("failed", report.get("outcome").asString());
            assertEquals("half", report.get("text").asString());
            assertEquals(1, report.get("opened").asInt());
        }
    }

    @Test
    void pageThatFetchesReadsTextWhileItIsWritten() throws IOException {
        Path gate = folder.resolve("gate-fetch");
        try (ClientProgram browser = open("fetch", Steps.of("number 0 50 30", "await " + gate, "number 50 100 30"), "")) {
            String first = pages.awaitSeen();
            assertTrue(Steps.numbers(0, 50).startsWith(first), first + browser.output());
            Steps.open(gate);
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals(Steps.numbers(0, 100) + "\n", report.get("text").asString());
            assertEquals("whole", report.get("outcome").asString());
            assertTrue(report.get("stream").asString().matches("[0-9a-f]{32}"), report.toString());
        }
    }

    @Test
    void pageThatFetchesSeesThatATextIsCut() throws IOException {
        // A browser drops what its page has not read yet when the transfer breaks.
        Path gate = folder.resolve("seen-half");
        try (ClientProgram browser = open("fetch", Steps.of("say half", "await " + gate, "fail in the middle"), "")) {
            pages.awaitSeen();
            Steps.open(gate);
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals("broken", report.get("outcome").asString(), browser.output());
            assertEquals("half", report.get("text").asString());
        }
    }

    private static ClientProgram open(String how, String query, String options) throws IOException {
        String url = server.address() + "/" + Wire.encode(query) + options;
        List<String> command = new ArrayList<>(List.of("chromium", "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile")));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox");
        }
        // Which keeps it running until it is told to end.
        command.add("--remote-debugging-port=0");
        command.add(pages.origin() + "/page.html?how=" + how + "&url=" + URLEncoder.encode(url, StandardCharsets.UTF_8));
        // What it has beside its profile goes with the folder too.
        return ClientProgram.start("chromium", Map.of("TMPDIR", folder.toString()), command.toArray(String[]::new));
    }
}
