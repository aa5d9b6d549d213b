package io.mpstream.streamer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.agent.AgentRunner;
import io.mpstream.agent.Clock;
import io.mpstream.agent.Parking;
import io.mpstream.journal.Appender;
import io.mpstream.journal.Journal;
import io.mpstream.journal.MemoryJournal;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Frame;
import io.mpstream.protocol.FrameCodec;
import io.mpstream.protocol.Notes;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Request;
import io.mpstream.protocol.RequestCodec;
import io.mpstream.protocol.StreamId;
import io.mpstream.protocol.Text;
import io.mpstream.settings.Settings;
import io.mpstream.streamer.admission.RequestAppender;
import io.mpstream.streamer.admission.Room;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.Limits;
import io.mpstream.streamer.stream.DisconnectPolicy;
import io.mpstream.trace.Tracer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients of Durable Streams are told of streams that have ended, that go on, and whose beginning has left. */
class DurableHandlerTest {
    private static final StreamId COMPLETED = new StreamId(1, 1);
    private static final StreamId FAILED = new StreamId(1, 2);
    private static final StreamId CANCELLED = new StreamId(1, 3);
    private static final StreamId RUNNING = new StreamId(1, 4);
    private static final StreamId EVICTED = new StreamId(1, 5);
    private static final String KEPT = "public, max-age=60, stale-while-revalidate=300";

    private final HttpClient client = HttpClient.newHttpClient();
    private Hub hub;
    private AgentRunner runner;
    private HttpEdge edge;
    private HttpClient.Version version = HttpClient.Version.HTTP_1_1;

    @BeforeEach
    void launch() {
        Journal<Request> requests = new MemoryJournal<>(RequestCodec::new);
        Journal<Frame> responses = new MemoryJournal<>(FrameCodec::new);
        Appender<Frame> producer = responses.appender();
        for (StreamId each : List.of(COMPLETED, FAILED, CANCELLED, RUNNING)) {
            text(producer, each, 0, "a中b");
        }
        text(producer, EVICTED, 1_000, "tail");
        Map.of(COMPLETED, Outcome.COMPLETED, FAILED, Outcome.FAILED, CANCELLED, Outcome.CANCELLED)
                .forEach((stream, outcome) -> producer.append(new End(stream, 5, outcome, outcome == Outcome.FAILED ? "no model" : "", new byte[End.SHA256_LENGTH], 0, Notes.NONE)));
        producer.commit();
        Settings settings = Settings.of("--server-port", "0", "--cors-origin", "https://app.example");
        RequestAppender appender = new RequestAppender(requests.appender(), new Room(() -> Long.MAX_VALUE, 0, Clock.SYSTEM));
        Parking rest = new Parking();
        hub = new Hub(responses, appender, Limits.of(settings), DisconnectPolicy.parse("cancel"), Map.of(), Clock.SYSTEM, delayNs -> rest.wake(), Tracer.NONE);
        hub.catchUp(requests, () -> false, 1);
        runner = new AgentRunner(hub, rest, Assertions::fail).launch();
        edge = HttpEdge.launch(settings, hub, null, Limits.of(settings), null, null);
    }

    private static void text(Appender<Frame> producer, StreamId stream, long offset, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        producer.append(new Text().set(stream.high(), stream.low(), offset, utf8, 0, utf8.length, System.currentTimeMillis()));
    }

    @AfterEach
    void stop() {
        client.close();
        edge.close();
        runner.close();
    }

    private HttpResponse<String> send(String method, Object stream, String options, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(edge.address() + "/v1/durable/v1/stream/" + stream + options)).version(version)
                .timeout(Duration.ofSeconds(30)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertEquals("nosniff", header(response, "X-Content-Type-Options"));
            assertEquals("same-origin", header(response, "Cross-Origin-Resource-Policy"));
            return response;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(Object stream, String options, String... headers) {
        return send("GET", stream, options, headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    /** A read that gets this text, and is at this offset then. */
    private static HttpResponse<String> assertRead(String text, long next, boolean isClosed, HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(text, response.body());
        assertEquals("text/plain; charset=utf-8", header(response, "Content-Type"));
        assertPlace(next, isClosed, response);
        return response;
    }

    private static void assertPlace(long next, boolean isClosed, HttpResponse<String> response) {
        assertEquals(String.format("%016d", next), header(response, "Stream-Next-Offset"));
        assertEquals("true", header(response, "Stream-Up-To-Date"));
        assertEquals(isClosed ? "true" : null, header(response, "Stream-Closed"));
    }

    private static void assertRefused(int status, String why, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals("application/problem+json", header(response, "Content-Type"));
        assertEquals("no-store", header(response, "Cache-Control"));
        assertTrue(response.body().contains(why), response.body());
        assertEquals(null, header(response, "Stream-Closed"));
    }

    @Test
    void catchUpHasWhatIsThereAndEnds() {
        for (HttpClient.Version each : HttpClient.Version.values()) {
            version = each;
            for (String options : List.of("", "?offset=-1", "?offset=0", "?offset=0000000000000000", "?foo=bar&foo=baz")) {
                assertEquals(KEPT, header(assertRead("a中b", 5, true, get(COMPLETED, options)), "Cache-Control"));
                assertRead("a中b", 5, false, get(RUNNING, options));
            }
            assertRead("b", 5, true, get(COMPLETED, "?offset=4"));
            assertEquals("no-store", header(assertRead("", 5, true, get(COMPLETED, "?offset=0000000000000005")), "Cache-Control"));
            assertEquals("no-store", header(assertRead("", 5, false, get(RUNNING, "?offset=5")), "Cache-Control"));
            assertEquals("no-store", header(assertRead("", 5, false, get(RUNNING, "?offset=now")), "Cache-Control"));
            assertRead("", 5, true, get(COMPLETED, "?offset=now"));
        }
    }

    @Test
    void livePollsGetWhatIsThereAndAreToldTheEndAtOnce() {
        for (HttpClient.Version each : HttpClient.Version.values()) {
            version = each;
            HttpResponse<String> open = assertRead("a中b", 5, false, get(RUNNING, "?offset=-1&live=long-poll"));
            long cursor = Long.parseLong(header(open, "Stream-Cursor"));
            assertTrue(Long.parseLong(header(get(RUNNING, "?offset=-1&live=long-poll&cursor=" + cursor), "Stream-Cursor")) > cursor);
            assertRead("a中b", 5, true, get(COMPLETED, "?offset=-1&live=long-poll"));
            HttpResponse<String> end = get(COMPLETED, "?offset=5&live=long-poll");
            assertEquals(204, end.statusCode());
            assertPlace(5, true, end);
            assertEquals(204, get(COMPLETED, "?offset=now&live=long-poll").statusCode());
        }
    }

    @Test
    void eventsEndWithTheStream() {
        for (HttpClient.Version each : HttpClient.Version.values()) {
            version = each;
            HttpResponse<String> all = get(COMPLETED, "?offset=-1&live=sse");
            assertEquals("text/event-stream", header(all, "Content-Type"));
            assertTrue(header(all, "Cache-Control").contains("no-cache"));
            assertTrue(all.body().matches("event: data\ndata:a中b\n\nevent: control\ndata:\\{\"streamNextOffset\":\"0000000000000005\",\"streamCursor\":\"\\d+\",\"upToDate\":true}\n\n"
                    + "event: control\ndata:\\{\"streamNextOffset\":\"0000000000000005\",\"upToDate\":true,\"streamClosed\":true}\n\n"), all.body());
            String end = "event: control\ndata:{\"streamNextOffset\":\"0000000000000005\",\"upToDate\":true,\"streamClosed\":true}\n\n";
            assertEquals(end, get(COMPLETED, "?offset=5&live=sse").body());
            assertEquals(end, get(COMPLETED, "?offset=now&live=sse").body());
            String failed = get(FAILED, "?offset=-1&live=sse").body();
            assertTrue(failed.contains("data:a中b\n") && !failed.contains("streamClosed"), failed);
        }
    }

    @Test
    void answerThatIsNotWholeIsNeverClosed() {
        Map.of(FAILED, "no model", CANCELLED, "stopped").forEach((stream, why) -> {
            assertRead("a中b", 5, false, get(stream, ""));
            assertRead("中b", 5, false, get(stream, "?offset=1&live=long-poll"));
            for (String options : List.of("?offset=5", "?offset=now", "?offset=5&live=long-poll", "?offset=now&live=long-poll", "?offset=5&live=sse", "?offset=now&live=sse")) {
                assertRefused(409, why, get(stream, options));
            }
            assertEquals(stream == FAILED ? "failed" : "cancelled", header(send("HEAD", stream, ""), "Stream-State"));
            assertEquals(null, header(send("HEAD", stream, ""), "Stream-Closed"));
        });
    }

    @Test
    void headTellsWhereAStreamStands() {
        HttpResponse<String> head = send("HEAD", COMPLETED, "");
        assertRead("", 5, true, head);
        assertEquals("no-store", header(head, "Cache-Control"));
        assertRead("", 5, false, send("HEAD", RUNNING, ""));
        assertRead("", 1_004, false, send("HEAD", EVICTED, ""));
    }

    @Test
    void knownTextIsNotSentAgain() {
        for (StreamId stream : List.of(COMPLETED, RUNNING)) {
            String tag = header(get(stream, ""), "ETag");
            for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
                HttpResponse<String> same = get(stream, "", "If-None-Match", known);
                assertEquals(304, same.statusCode(), known);
                assertEquals("", same.body());
                assertEquals(tag, header(same, "ETag"));
                assertPlace(5, stream == COMPLETED, same);
            }
            assertRead("a中b", 5, stream == COMPLETED, get(stream, "", "If-None-Match", "\"other\""));
            assertRead("中b", 5, stream == COMPLETED, get(stream, "?offset=1", "If-None-Match", tag));
        }
        assertTrue(header(get(COMPLETED, ""), "ETag").endsWith(":c\""));
        assertNotEquals(header(get(RUNNING, ""), "ETag"), header(get(RUNNING, "?offset=1"), "ETag"));
        assertEquals(null, header(get(RUNNING, "?offset=now"), "ETag"));
    }

    @Test
    void badPlacesAreRefusedAndSaidWhy() {
        assertRefused(400, "inside a character", get(COMPLETED, "?offset=2"));
        assertRefused(400, "inside a character", get(COMPLETED, "?offset=2&live=long-poll"));
        assertRefused(400, "inside a character", get(COMPLETED, "?offset=3&live=sse"));
        assertRefused(400, "beyond the text", get(COMPLETED, "?offset=6"));
        assertRefused(400, "beyond the text", get(RUNNING, "?offset=6"));
        for (String bad : List.of("?offset=", "?offset=x", "?offset=0,1", "?offset=-2", "?offset=1&offset=2", "?live=sse", "?live=long-poll", "?offset=-1&live=yes", "?offset=-1&cursor=x")) {
            assertEquals(400, get(COMPLETED, bad).statusCode(), bad);
        }
        assertRefused(404, "no such stream", get("0".repeat(32), ""));
        assertRefused(404, "no such stream", get("any-name", "?offset=now&live=sse"));
        assertEquals(404, send("HEAD", "any-name", "").statusCode());
        assertRefused(404, "no such stream", send("DELETE", "any-name", ""));
    }

    @Test
    void textWhoseBeginningHasLeftIsGoneAndTheRestIsThere() {
        assertRefused(410, "\"firstOffset\":1000", get(EVICTED, "?offset=-1"));
        assertRefused(410, "\"firstOffset\":1000", get(EVICTED, "?offset=999&live=sse"));
        assertRead("il", 1_004, false, get(EVICTED, "?offset=0000000000001002"));
    }

    @Test
    void streamsAreNotWrittenByClients() {
        for (String method : List.of("PUT", "POST", "PATCH")) {
            HttpResponse<String> refused = send(method, RUNNING, "");
            assertRefused(405, "GET, HEAD, DELETE", refused);
            assertEquals("GET, HEAD, DELETE", header(refused, "Allow"));
        }
    }

    @Test
    void whoComesDuringADrainComesBack() {
        hub.drain().begin(Duration.ofSeconds(20));
        for (Object stream : List.of(COMPLETED, "any-name")) {
            HttpResponse<String> later = get(stream, "?offset=0&live=sse", "Accept", "text/event-stream");
            assertEquals(503, later.statusCode());
            assertTrue(header(later, "Retry-After") != null);
        }
    }

    @Test
    void pagesOfNamedOriginsMayReadAllOfTheHead() {
        HttpResponse<String> read = get(RUNNING, "?offset=0&live=long-poll", "Origin", "https://app.example");
        assertEquals("https://app.example", header(read, "Access-Control-Allow-Origin"));
        for (String field : List.of("ETag", "Stream-Next-Offset", "Stream-Cursor", "Stream-Up-To-Date", "Stream-Closed", "Stream-State")) {
            assertTrue(header(read, "Access-Control-Expose-Headers").contains(field), field);
        }
        assertFalse(get(RUNNING, "", "Origin", "https://evil.example").headers().map().containsKey("access-control-allow-origin"));
    }
}
