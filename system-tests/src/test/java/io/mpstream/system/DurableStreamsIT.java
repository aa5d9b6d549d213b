package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams as clients of Durable Streams read them while they are written: catch-up, then long polls or events. */
@Timeout(120)
class DurableStreamsIT {
    private static final String PATH = "/v1/durable/v1/stream/";
    private static final Shortened POLL = new Shortened(Bound.POLL, "2s");

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;
    private static Requests requests;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, POLL.environment(), "--responder", Steps.responder());
        requests = Requests.to(server);
    }

    /** Asks, and waits until so many bytes are there. */
    private static String ask(int bytes, String... steps) {
        String stream = requests.ask(Steps.of(steps));
        String tail = "%016d".formatted(bytes);
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> tail.equals(requests.head(PATH + stream).header("Stream-Next-Offset")));
        return stream;
    }

    private static Wire.Response read(String stream, String options) {
        return requests.get(PATH + stream + options);
    }

    @Test
    void catchUpThenPollsGetEveryCharacterOnce() {
        Path gate = folder.resolve("polls");
        String stream = ask(9, "say 醒醒，", "await " + gate, "number 0 40 20 中é");
        Wire.Response first = read(stream, "?offset=-1");
        assertEquals("醒醒，", first.body());
        assertTrue(first.isWhole());
        assertEquals("started", first.header("Stream-State"));
        StringBuilder text = new StringBuilder(first.body());
        String next = first.header("Stream-Next-Offset");
        Steps.open(gate);
        String cursor = "";
        for (int polls = 0; polls < 200; polls++) {
            Wire.Response poll = read(stream, "?offset=" + next + "&live=long-poll" + cursor);
            assertTrue(poll.status() == 200 || poll.status() == 204, poll.body());
            text.append(poll.body());
            assertTrue(poll.header("Stream-Next-Offset").compareTo(next) >= 0);
            next = poll.header("Stream-Next-Offset");
            if (poll.header("Stream-Closed") != null) {
                assertEquals("醒醒，" + Steps.numbers(0, 40).replaceAll("(\\d+;)", "中é$1"), text.toString());
                return;
            }
            cursor = "&cursor=" + poll.header("Stream-Cursor");
        }
        throw new AssertionError("never closed: " + text);
    }

    @Test
    void pollThatFindsNothingSaysWhereItsClientIs() {
        String stream = ask(1, "say x", "hang");
        for (String offset : new String[] {"0000000000000001", "now"}) {
            long startNs = System.nanoTime();
            Wire.Response poll = read(stream, "?offset=" + offset + "&live=long-poll");
            assertEquals(204, poll.status());
            assertTrue(System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(POLL.seconds() - 1));
            assertEquals("0000000000000001", poll.header("Stream-Next-Offset"));
            assertEquals("true", poll.header("Stream-Up-To-Date"));
            assertTrue(poll.header("Stream-Cursor").matches("\\d+"));
            assertNull(poll.header("Stream-Closed"));
        }
    }

    @Test
    void eventsComeWhileTheTextIsWritten() throws IOException {
        Path gate = folder.resolve("events");
        String stream = ask(1, "say a", "await " + gate, "say  b\r\nc");
        try (Wire wire = server.connect()) {
            wire.get(PATH + stream + "?offset=0000000000000001&live=sse");
            Wire.Response head = wire.head();
            assertEquals(200, head.status());
            assertEquals("text/event-stream", head.header("Content-Type"));
            assertTrue(wire.chunk().matches("event: control\ndata:\\{\"streamNextOffset\":\"0000000000000001\",\"streamCursor\":\"\\d+\",\"upToDate\":true}\n\n"));
            Steps.open(gate);
            StringBuilder rest = new StringBuilder();
            for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                rest.append(chunk);
            }
            // A line cannot hold a carriage return, and a space that begins one is not the separator.
            assertTrue(rest.toString().startsWith("event: data\ndata:  b\ndata:c\n\nevent: control\ndata:{\"streamNextOffset\":\"0000000000000006\""), rest.toString());
            assertTrue(rest.toString().endsWith("event: control\ndata:{\"streamNextOffset\":\"0000000000000006\",\"upToDate\":true,\"streamClosed\":true}\n\n"), rest.toString());
        }
    }

    @Test
    void whoWaitsIsToldThatTheAnswerIsNotWhole() throws Exception {
        Path gate = folder.resolve("failure");
        String failing = ask(4, "say half", "await " + gate, "fail in the middle");
        String stopped = ask(4, "say half", "hang");
        try (Wire poll = server.connect(); Wire events = server.connect(); Wire stoppedPoll = server.connect()) {
            poll.get(PATH + failing + "?offset=4&live=long-poll");
            events.get(PATH + failing + "?offset=0&live=sse");
            stoppedPoll.get(PATH + stopped + "?offset=4&live=long-poll");
            assertTrue(events.head().status() == 200 && events.chunk().contains("half"));
            Steps.open(gate);
            assertEquals("", events.chunk(), "the response ends in order, so that its client comes back");
            assertEquals(204, requests.delete(PATH + stopped).status());
            assertConflict("in the middle", waited(poll, failing));
            assertConflict("stopped", waited(stoppedPoll, stopped));
        }
        assertConflict("in the middle", read(failing, "?offset=4&live=sse"));
        assertEquals("half", read(failing, "").body());
        assertNull(read(failing, "").header("Stream-Closed"));
    }

    /** What a poll was told; one that had waited for too long asks again. */
    private static Wire.Response waited(Wire poll, String stream) {
        Wire.Response response = poll.response();
        return response.status() == 204 ? read(stream, "?offset=4&live=long-poll") : response;
    }

    private static void assertConflict(String why, Wire.Response response) {
        assertEquals(409, response.status(), response.body());
        assertTrue(response.body().contains(why), response.body());
        assertNull(response.header("Stream-Closed"));
    }

    @Test
    void largeTextIsWholeInEachWay() {
        String text = Steps.kibibytes(3_000);
        String stream = requests.ask("kibibytes 3000");
        StringBuilder polled = new StringBuilder();
        String next = "-1";
        while (next != null) {
            Wire.Response poll = read(stream, "?live=long-poll&offset=" + next);
            polled.append(poll.body());
            next = poll.header("Stream-Closed") == null ? poll.header("Stream-Next-Offset") : null;
        }
        assertTrue(polled.toString().equals(text), polled.length() + " characters");
        Wire.Response whole = read(stream, "");
        assertTrue(whole.body().equals(text) && "true".equals(whole.header("Stream-Closed")));
        String events = read(stream, "?offset=-1&live=sse").body();
        String data = events.replaceAll("event: control\ndata:.*\n\n", "").replaceAll("event: data\ndata:(.*)\n\n", "$1");
        assertTrue(data.equals(text), data.length() + " characters");
    }

    @Test
    void placeIsGoodAfterAKillOfTheStreamer() {
        Path gate = folder.resolve("kill");
        String stream = ask(4, "say half", "await " + gate, "say  and half");
        Wire.Response first = read(stream, "");
        server.kill("streamer");
        Steps.open(gate);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreException(UncheckedIOException.class).until(() -> requests.get("/healthz").status() == 200);
        Wire.Response rest = Awaitility.await().atMost(30, TimeUnit.SECONDS)
                .until(() -> read(stream, "?live=long-poll&offset=" + first.header("Stream-Next-Offset")), poll -> poll.status() == 200);
        assertEquals(" and half", rest.body());
    }
}
