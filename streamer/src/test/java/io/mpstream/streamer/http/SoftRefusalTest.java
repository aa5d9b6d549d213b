package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.agent.AgentRunner;
import io.mpstream.agent.Clock;
import io.mpstream.agent.Parking;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.http.request.Accept;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.trace.Tracer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What would end an EventSource for good lets it come back, where that helps, and everybody else gets a status. */
class SoftRefusalTest {
    private static final String ID = "0123456789abcdef".repeat(2) + ":42";
    private static final String EVENTS = "text/event-stream";
    private static final long DRAIN_MS = 20_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private Hub hub;
    private AgentRunner runner;
    private HttpEdge edge;

    @AfterEach
    void stop() {
        client.close();
        edge.close();
        runner.close();
    }

    private void launch(long diskBytes, String... args) {
        Settings settings = Settings.of(args);
        RequestAppender appender = new RequestAppender(new MemoryJournal<>(RequestCodec::new).appender(), new Room(() -> diskBytes, 1_000, Clock.SYSTEM));
        Parking rest = new Parking();
        hub = new Hub(new MemoryJournal<>(FrameCodec::new), appender, Limits.of(settings), DisconnectPolicy.parse("cancel"), Map.of("news", "x"), Clock.SYSTEM, delayNs -> rest.wake(), Tracer.NONE);
        runner = new AgentRunner(hub, rest, Assertions::fail).launch();
        edge = HttpEdge.launch(settings, hub, null, Limits.of(settings), null, null);
    }

    private HttpResponse<String> send(String method, String target, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(edge.address() + target)).version(HttpClient.Version.HTTP_1_1)
                .method(method, HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "x" : ""));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The milliseconds that it is told to wait. */
    private long interrupted(String reason, long offset, String id, String target, String... headers) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", target, headers);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(EVENTS, response.headers().firstValue("Content-Type").orElseThrow());
        Matcher told = Pattern.compile("retry: (\\d+)\n(?:id: (\\S+)\n)?event: interrupted\ndata: \\{\"reason\":\"(\\S+)\",\"offset\":(\\d+),\"retryMs\":(\\d+)}\n\n").matcher(response.body());
        assertTrue(told.matches(), response.body());
        assertEquals(id, told.group(2), "a browser may forget its place with a new response");
        assertEquals(reason, told.group(3));
        assertEquals(offset, Long.parseLong(told.group(4)));
        assertEquals(told.group(1), told.group(5));
        return Long.parseLong(told.group(1));
    }

    @Test
    void whoComesDuringADrainComesBackWhenItIsOver() throws Exception {
        launch(Long.MAX_VALUE, "--server-port", "0");
        hub.drain().begin(Duration.ofMillis(DRAIN_MS));
        long startNs = System.nanoTime();
        for (String target : List.of("/x", "/v1/ask?q=x", "/x?_=1")) {
            long retryMs = interrupted("draining", 0, null, target, "Accept", EVENTS);
            long endMs = (System.nanoTime() - startNs) / 1_000_000 + retryMs;
            assertTrue(endMs > DRAIN_MS && endMs < DRAIN_MS + 6_000, endMs + " ms");
        }
        interrupted("draining", 0, null, "/x?format=sse&data=json");
        interrupted("draining", 42, ID, "/x", "Accept", EVENTS, "Last-Event-ID", ID);
        interrupted("draining", 42, ID, "/v1/ask?q=x&lastEventId=" + ID, "Accept", EVENTS);
    }

    @Test
    void otherClientsGetTheStatus() throws Exception {
        launch(Long.MAX_VALUE, "--server-port", "0");
        hub.drain().begin(Duration.ofMillis(DRAIN_MS));
        for (String accept : List.of("*/*", "text/plain", "application/x-ndjson", "text/event-stream;q=0.1, text/plain")) {
            HttpResponse<String> response = send("GET", "/x", "Accept", accept, "Last-Event-ID", ID.replace(":42", ""));
            assertTrue(response.statusCode() == 503 || response.statusCode() == 400, accept);
            assertEquals(503, send("GET", "/x", "Accept", accept).statusCode());
        }
        assertEquals("1", send("GET", "/x").headers().firstValue("Retry-After").orElseThrow());
        assertEquals(503, send("POST", "/v1/streams", "Accept", EVENTS, "Content-Type", "text/plain").statusCode());
        assertEquals(503, send("GET", "/readyz", "Accept", EVENTS).statusCode());
        assertEquals(400, send("GET", "/x?format=sse&x=1").statusCode());
        assertEquals(400, send("GET", "/x", "Accept", EVENTS, "Last-Event-ID", "x").statusCode());
    }

    @Test
    void whoMeetsAFullDiskComesBackAsLateAsOthersAreTold() throws Exception {
        launch(0, "--server-port", "0");
        assertEquals("30", send("GET", "/x").headers().firstValue("Retry-After").orElseThrow());
        long retryMs = interrupted("overloaded", 0, null, "/x", "Accept", EVENTS);
        assertTrue(retryMs >= 30_000 && retryMs < 31_000, retryMs + " ms");
        interrupted("overloaded", 0, null, "/x?format=sse", "Accept", EVENTS);
        assertEquals(503, send("GET", "/x?format=sse").statusCode(), "no EventSource, and not one that comes back");
    }

    @Test
    void feedThatHasNotBegunIsWaitedFor() throws Exception {
        launch(Long.MAX_VALUE, "--server-port", "0");
        interrupted("unavailable", 7, null, "/v1/feed/news?offset=7", "Accept", EVENTS);
        interrupted("unavailable", 42, ID, "/v1/feed/news", "Accept", EVENTS, "Last-Event-ID", ID);
        interrupted("unavailable", 42, ID, "/v1/feed/news?format=sse&lastEventId=" + ID);
        assertEquals(503, send("GET", "/v1/feed/news").statusCode());
    }

    @Test
    void whatComingBackDoesNotHelpStaysAStatus() throws Exception {
        launch(Long.MAX_VALUE, "--server-port", "0");
        assertEquals(410, send("GET", "/x", "Accept", EVENTS, "Last-Event-ID", ID).statusCode());
        assertEquals(404, send("GET", "/v1/feed/none", "Accept", EVENTS).statusCode());
        assertEquals(204, send("GET", "/x", "Accept", EVENTS, "Last-Event-ID", ID + ":end").statusCode());
        assertEquals(204, send("GET", "/x?format=sse&LastEventID=" + ID + ":end").statusCode());
        assertEquals(204, send("GET", "/v1/stream/" + ID.substring(0, 32) + "?lastEventId=" + ID + ":end", "Accept", EVENTS).statusCode());
    }
}
