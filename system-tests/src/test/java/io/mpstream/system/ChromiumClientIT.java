package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        try (Browser browser = open("events", query, "?format=sse")) {
            assertTrue(pages.awaitSeen().startsWith("0;"), () -> browser.console().toString());
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
        try (Browser browser = open("events", query, "?format=sse")) {
            assertTrue(pages.awaitSeen().startsWith("0;"), () -> browser.console().toString());
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
        try (Browser browser = open("events", Steps.HALF, "?format=sse")) {
            assertEquals("half", pages.awaitSeen(), () -> browser.console().toString());
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals("failed", report.get("outcome").asString());
            assertEquals("half", report.get("text").asString());
            assertEquals(1, report.get("opened").asInt());
        }
    }

    @Test
    void pageThatFetchesReadsTextWhileItIsWritten() throws IOException {
        Path gate = folder.resolve("gate-fetch");
        try (Browser browser = open("fetch", Steps.of("number 0 50 30", "await " + gate, "number 50 100 30"), "")) {
            String first = pages.awaitSeen();
            assertTrue(Steps.numbers(0, 50).startsWith(first), () -> first + browser.console());
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
        try (Browser browser = open("fetch", Steps.of("say half", "await " + gate, "fail in the middle"), "")) {
            pages.awaitSeen();
            Steps.open(gate);
            JsonNode report = JSON.readTree(pages.awaitReport());
            assertEquals("broken", report.get("outcome").asString(), () -> browser.console().toString());
            assertEquals("half", report.get("text").asString());
        }
    }

    private static Browser open(String how, String query, String options) {
        String url = server.address() + "/" + Wire.encode(query) + options;
        return Browser.start(folder).open(pages.origin() + "/page.html?how=" + how + "&url=" + URLEncoder.encode(url, StandardCharsets.UTF_8));
    }
}
