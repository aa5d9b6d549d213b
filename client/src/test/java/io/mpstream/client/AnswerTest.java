package io.mpstream.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client makes of servers and connections that do all that they can do wrong. */
@Timeout(60)
class AnswerTest {
    private static final String TEXT = "醒醒，Neo 😀";
    private static final long LENGTH = TEXT.getBytes(StandardCharsets.UTF_8).length;
    private static final String STREAM = ScriptedServer.STREAM;

    private static Mpstream to(ScriptedServer server) {
        return Mpstream.at(server.address()).giveUpAfter(Duration.ofSeconds(20));
    }

    private static String text(String text, long offset) {
        return "{\"text\":\"" + text + "\",\"offset\":" + offset + "}";
    }

    private static String end(String outcome, long offset, String rest) {
        return "{\"end\":{\"outcome\":\"" + outcome + "\",\"offset\":" + offset + rest + "}}";
    }

    private static String completed(String text) throws Exception {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return end("completed", utf8.length, ",\"sha256\":\"" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8)) + "\"");
    }

    @Test
    void answerIsReadWhole() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines("{\"queued\":{\"place\":2,\"estimateMs\":1200}}", "{\"queued\":{\"place\":1,\"estimateMs\":null}}",
                "{\"started\":true}", "{\"phase\":\"started\",\"silentMs\":17000}", "{\"something\":\"new\"}", text(TEXT, LENGTH), completed(TEXT).replace("}}", ",\"notes\":{\"why\":\"so\"}}}")));
                Answer answer = to(server).ask(Question.of("wake up").user("Neo").responder("a b").attribute("colour", "red"))) {
            assertEquals(STREAM, answer.id());
            List<String> told = new ArrayList<>();
            End end = answer.follow(new Listener() {
                @Override
                public void queued(long place, Duration estimate) {
                    told.add(place + " " + estimate);
                }

                @Override
                public void started() {
                    told.add("started");
                }

                @Override
                public void silent(Duration silence) {
                    told.add("silent " + silence.toSeconds());
                }

                @Override
                public void text(String piece) {
                    told.add(piece);
                }
            });
            assertEquals(List.of("2 PT1.2S", "1 null", "started", "silent 17", TEXT), told);
            assertEquals(End.Outcome.COMPLETED, end.outcome());
            assertEquals("so", end.notes().get("why"));
            assertEquals(LENGTH, answer.offset());
            String request = server.requests().get(0);
            assertTrue(request.startsWith("POST /v1/streams?responder=a%20b HTTP/1.1\r\n"), request);
            assertTrue(request.endsWith("{\"query\":\"wake up\",\"user\":\"Neo\",\"attributes\":{\"colour\":\"red\"}}"), request);
        }
    }

    @Test
    void connectionThatIsCutInsideACharacterIsMadeAgain() throws Exception {
        byte[] line = (text(TEXT, LENGTH) + "\n").getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut < line.length; cut++) {
            int length = cut;
            ScriptedServer.Turn cutting = (socket, out) -> {
                out.write((ScriptedServer.LINES + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                if (length > 0) {
                    out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.write(line, 0, length);
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                socket.setSoLinger(length % 2 == 0, 0);
            };
            try (ScriptedServer server = new ScriptedServer(cutting, ScriptedServer.lines(text(TEXT, LENGTH), completed(TEXT))); Answer answer = to(server).ask("wake up")) {
                assertEquals(TEXT, answer.text());
                String again = server.requests().get(1);
                // A reset may have taken the head with it.
                assertTrue(again.startsWith("GET /v1/stream/" + STREAM + "?offset=0 ") || again.startsWith("POST /v1/streams "), again);
            }
        }
    }

    @Test
    void answerGoesOnAtTheNextCharacter() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines("{\"started\":true}", text("醒", 3)),
                ScriptedServer.lines("{\"started\":true}", text("醒", 6), "{\"interrupted\":{\"reason\":\"draining\",\"offset\":6,\"retryMs\":1}}"),
                ScriptedServer.lines(text("，Neo 😀", LENGTH), completed(TEXT))); Answer answer = to(server).ask("wake up")) {
            List<String> lines = new ArrayList<>();
            List<String> lost = new ArrayList<>();
            assertTrue(answer.follow(new Listener() {
                @Override
                public void line(String json) {
                    lines.add(json);
                }

                @Override
                public void lost(String why) {
                    lost.add(why);
                }
            }).isCompleted());
            assertEquals(List.of("{\"started\":true}", text("醒", 3), text("醒", 6), text("，Neo 😀", LENGTH), completed(TEXT)), lines);
            assertEquals(2, lost.size());
            assertEquals(List.of(0L, 3L, 6L), server.requests().stream().map(each -> each.startsWith("POST") ? 0L : Long.parseLong(each.replaceAll("(?s).*offset=(\\d+).*", "$1"))).toList());
        }
    }

    @Test
    void textThatComesAgainIsDropped() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines(text("醒醒", 6)), ScriptedServer.lines(text("醒", 3), text("醒，", 9), text("Neo 😀", LENGTH), completed(TEXT)));
                Answer answer = to(server).ask("wake up")) {
            List<String> pieces = new ArrayList<>();
            answer.forEach(pieces::add);
            assertEquals(List.of("醒醒", "，", "Neo 😀"), pieces);
        }
    }

    @Test
    void queryIsAskedWithOneKeyUntilItIsTaken() throws Exception {
        try (ScriptedServer server = new ScriptedServer((socket, out) -> { }, ScriptedServer.refuse(503, "Retry-After: 0\r\n", "{\"detail\":\"later\"}"),
                ScriptedServer.refuse(429, "Retry-After: 1\r\n", ""), ScriptedServer.say("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"),
                ScriptedServer.lines(text(TEXT, LENGTH), completed(TEXT)))) {
            long startNs = System.nanoTime();
            try (Answer answer = to(server).ask("wake up")) {
                assertEquals(TEXT, answer.text());
            }
            assertTrue(System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(1));
            List<String> keys = server.requests().stream().map(each -> each.replaceAll("(?is).*idempotency-key: (\\S+).*", "$1")).distinct().toList();
            assertEquals(5, server.requests().size());
            assertEquals(1, keys.size());
            assertEquals(36, keys.get(0).length());
        }
    }

    @Test
    void tokenThatIsRefusedOrExpiresIsAskedForAgain() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.refuse(401, "", ""), ScriptedServer.lines(text("醒醒", 6), "{\"expired\":true}"),
                ScriptedServer.lines(text("，Neo 😀", LENGTH), completed(TEXT)), ScriptedServer.refuse(401, "", ""), ScriptedServer.refuse(401, "", "{\"detail\":\"no\"}"))) {
            Mpstream client = to(server).token(() -> "token-" + count.incrementAndGet());
            try (Answer answer = client.ask("wake up")) {
                assertEquals(TEXT, answer.text());
            }
            RefusedException refused = assertThrows(RefusedException.class, () -> client.ask("wake up"));
            assertEquals("refused with 401: no", refused.getMessage());
            List<String> tokens = server.requests().stream().map(each -> each.replaceAll("(?is).*authorization: bearer (\\S+).*", "$1")).toList();
            assertEquals(List.of("token-1", "token-2", "token-3", "token-3", "token-4"), tokens);
        }
    }

    @Test
    void challengeIsMetWithAFreshToken() throws Exception {
        AtomicInteger count = new AtomicInteger();
        CountDownLatch renewed = new CountDownLatch(1);
        ScriptedServer.Turn challenging = (socket, out) -> {
            out.write((ScriptedServer.LINES + "\r\n" + text("醒醒", 6) + "\n{\"challenge\":{\"expiresInMs\":30000,\"renew\":\"/elsewhere\"}}\n").getBytes(StandardCharsets.UTF_8));
            renewed.await();
            out.write((text("，Neo 😀", LENGTH) + "\n" + completed(TEXT) + "\n").getBytes(StandardCharsets.UTF_8));
        };
        try (ScriptedServer server = new ScriptedServer(challenging, (socket, out) -> {
            out.write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            renewed.countDown();
        }); Answer answer = to(server).token(() -> "token-" + count.incrementAndGet()).ask("wake up")) {
            assertEquals(TEXT, answer.text());
            String renewal = server.requests().get(1);
            assertTrue(renewal.startsWith("POST /v1/stream/" + STREAM + "/renew HTTP/1.1\r\n") && renewal.contains("Bearer token-2"), renewal);
        }
    }

    @Test
    void outcomesAreTyped() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines(text("half", 4), end("failed", 4, ",\"detail\":\"no luck\"")),
                ScriptedServer.lines(text("half", 4), completed("half").replace("completed", "cancelled")),
                ScriptedServer.refuse(410, "", "{\"status\":410,\"detail\":\"evicted\",\"firstOffset\":42}"), ScriptedServer.refuse(410, "", "{\"detail\":\"no such stream\"}"),
                ScriptedServer.lines(text("x", 1)), ScriptedServer.refuse(410, "", "{\"detail\":\"evicted\",\"firstOffset\":7}"))) {
            Mpstream client = to(server);
            try (Answer answer = client.ask("wake up")) {
                Iterator<String> pieces = answer.iterator();
                assertEquals("half", pieces.next());
                assertEquals("no luck", assertThrows(FailedException.class, pieces::hasNext).detail());
                assertThrows(FailedException.class, answer::text);
                assertEquals(End.Outcome.FAILED, answer.end().outcome());
            }
            try (Answer answer = client.ask("wake up")) {
                assertThrows(CancelledException.class, answer::text);
            }
            assertEquals(OptionalLong.of(42), assertThrows(GoneException.class, () -> client.follow(STREAM, 1)).firstOffset());
            assertEquals(OptionalLong.empty(), assertThrows(GoneException.class, () -> client.follow(STREAM)).firstOffset());
            try (Answer answer = client.ask("wake up")) {
                assertEquals(7, assertThrows(GoneException.class, answer::text).firstOffset().orElseThrow());
            }
        }
    }

    @Test
    void whatIsNotTheTextIsNotTaken() throws Exception {
        String whole = completed(TEXT);
        for (String wrong : List.of(whole.replaceAll("sha256\":\"..", "sha256\":\"zz"), whole.replaceAll(",\"sha256\":\"[^\"]*\"", ""), whole.replace("\"offset\":" + LENGTH, "\"offset\":1"),
                text("hole", LENGTH + 100), "no JSON", "{\"text\":\"\\ud83d\",\"offset\":22}", "{\"started\":true,\"started\":true}", "{\"end\":{\"outcome\":\"odd\",\"offset\":0}}", "{\"text\":\"x\"}")) {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines(text(TEXT, LENGTH), wrong)); Answer answer = to(server).ask("wake up")) {
                assertThrows(CorruptException.class, answer::text, wrong);
                assertEquals("closed", assertThrows(MpstreamException.class, answer::text).getMessage());
            }
        }
        try (ScriptedServer server = new ScriptedServer((socket, out) -> {
            out.write((ScriptedServer.LINES + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {'{', '"', (byte) 0xC3, '"', '}', '\n'});
        }); Answer answer = to(server).ask("wake up")) {
            assertEquals("the server sent what is no UTF-8", assertThrows(CorruptException.class, answer::text).getMessage());
        }
    }

    @Test
    void lineWithoutAnEndIsNotKept() throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        ScriptedServer.Turn endless = (socket, out) -> {
            out.write((ScriptedServer.LINES + "\r\n{\"text\":\"").getBytes(StandardCharsets.US_ASCII));
            byte[] more = new byte[1 << 16];
            Arrays.fill(more, (byte) 'x');
            long bytes = 0;
            try {
                while (true) {
                    out.write(more);
                    bytes += more.length;
                }
            } finally {
                sent.complete(bytes);
            }
        };
        try (ScriptedServer server = new ScriptedServer(endless); Answer answer = to(server).ask("wake up")) {
            String message = assertThrows(CorruptException.class, answer::text).getMessage();
            assertEquals("the server sent a line of more than " + Body.LINE_BYTES_MAX + " bytes", message);
            assertTrue(sent.get() < 4L * Body.LINE_BYTES_MAX, sent.get() + " bytes");
        }
    }

    @Test
    void whoDoesNotReadHoldsTheServerBack() throws Exception {
        AtomicInteger sentKiB = new AtomicInteger();
        ScriptedServer.Turn endless = (socket, out) -> {
            out.write((ScriptedServer.LINES + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String kibibyte = "x".repeat(1 << 10);
            for (long offset = 1 << 10; true; offset += 1 << 10) {
                out.write((text(kibibyte, offset) + "\n").getBytes(StandardCharsets.US_ASCII));
                sentKiB.incrementAndGet();
            }
        };
        try (ScriptedServer server = new ScriptedServer(endless); Answer answer = to(server).ask("wake up")) {
            Iterator<String> pieces = answer.iterator();
            pieces.next();
            int before = -1;
            while (before != sentKiB.get()) {
                before = sentKiB.get();
                TimeUnit.MILLISECONDS.sleep(300);
            }
            assertTrue(before < 32 << 10, before + " KiB are on their way");
            for (int i = 0; i < 2 * before; i++) {
                assertEquals(1 << 10, pieces.next().length());
            }
        }
    }

    @Test
    void connectionOnWhichNothingComesIsDead() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        ScriptedServer.Turn silentHead = (socket, out) -> over.await();
        ScriptedServer.Turn silentBody = (socket, out) -> {
            out.write((ScriptedServer.LINES + "\r\n" + text("醒醒", 6) + "\n").getBytes(StandardCharsets.UTF_8));
            over.await();
        };
        try (ScriptedServer server = new ScriptedServer(silentHead, silentBody, ScriptedServer.lines(text("，Neo 😀", LENGTH), completed(TEXT)));
                Answer answer = to(server).stalledAfter(Duration.ofMillis(300)).ask("wake up")) {
            assertEquals(TEXT, answer.text());
            assertEquals(3, server.requests().size());
        } finally {
            over.countDown();
        }
    }

    @Test
    void clientGivesUpWhenTheServerStaysAway() throws Exception {
        Mpstream client;
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines(text("醒醒", 6)))) {
            client = to(server).giveUpAfter(Duration.ofSeconds(1));
            try (Answer answer = client.ask("wake up")) {
                long startNs = System.nanoTime();
                assertThrows(UnreachableException.class, answer::text);
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(10));
                assertTrue(server.requests().size() > 2, server.requests().size() + " tries");
            }
        }
        String message = assertThrows(UnreachableException.class, () -> client.ask("wake up")).getMessage();
        assertTrue(message.matches("http://localhost:\\d+: connection refused; gave up after \\d+ s"), message);
        assertThrows(UnreachableException.class, client::list);
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.refuse(503, "Retry-After: 3600\r\n", "{\"detail\":\"full\"}"))) {
            assertEquals("refused with 503: full; gave up after 0 s", assertThrows(UnreachableException.class, () -> to(server).ask("wake up")).getMessage());
        }
    }

    @Test
    void listenerThatThrowsEndsTheReading() throws Exception {
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(hanging(seen)); Answer answer = to(server).ask("wake up")) {
            Listener listener = new Listener() {
                @Override
                public void text(String piece) {
                    throw new IllegalStateException("mine");
                }
            };
            assertEquals("mine", assertThrows(IllegalStateException.class, () -> answer.follow(listener)).getMessage());
            assertTrue(seen.get(), "the connection is open");
        }
    }

    /** Says something and waits until the client has gone. */
    private static ScriptedServer.Turn hanging(CompletableFuture<Boolean> seen) {
        return (Socket socket, OutputStream out) -> {
            out.write((ScriptedServer.LINES + "\r\n" + text("醒醒", 6) + "\n").getBytes(StandardCharsets.UTF_8));
            try {
                seen.complete(socket.getInputStream().read() < 0);
            } catch (IOException e) {
                seen.complete(true);
            }
        };
    }

    @Test
    void answerThatIsClosedOrWhoseThreadIsInterruptedEndsAtOnce() throws Exception {
        for (boolean closes : List.of(true, false)) {
            CompletableFuture<Boolean> seen = new CompletableFuture<>();
            try (ScriptedServer server = new ScriptedServer(hanging(seen)); Answer answer = to(server).ask("wake up")) {
                CountDownLatch reading = new CountDownLatch(1);
                CompletableFuture<String> result = new CompletableFuture<>();
                Thread reader = Thread.ofPlatform().start(() -> {
                    try {
                        answer.forEach(piece -> reading.countDown());
                    } catch (MpstreamException e) {
                        result.complete(e.getMessage() + Thread.currentThread().isInterrupted());
                    }
                });
                reading.await();
                if (closes) {
                    ((Runnable) answer::close).run();
                } else {
                    reader.interrupt();
                }
                assertEquals(closes ? "closedfalse" : "interrupted while waiting for the servertrue", result.get());
                assertTrue(seen.get());
            }
        }
    }

    @Test
    void closingEndsAWaitForTheNextTry() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines(text("x", 1), "{\"interrupted\":{\"reason\":\"draining\",\"offset\":1,\"retryMs\":19000}}"));
                Answer answer = to(server).ask("wake up")) {
            CountDownLatch waiting = new CountDownLatch(1);
            CompletableFuture<End> ended = CompletableFuture.supplyAsync(() -> answer.follow(new Listener() {
                @Override
                public void lost(String why) {
                    waiting.countDown();
                }
            }));
            waiting.await();
            long startNs = System.nanoTime();
            ((Runnable) answer::close).run();
            assertEquals("closed", assertThrows(ExecutionException.class, ended::get).getCause().getMessage());
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(10));
        }
    }

    @Test
    void whatIsNoServerOfThisKindIsToldSo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.say("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"),
                ScriptedServer.say("HTTP/1.1 308 Moved\r\nLocation: https://elsewhere/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                ScriptedServer.say("HTTP/1.1 404 No\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"))) {
            Mpstream client = to(server);
            assertTrue(assertThrows(CorruptException.class, () -> client.ask("x")).getMessage().endsWith("is no MPStream server: it answers with 'text/html'"));
            assertTrue(assertThrows(RefusedException.class, () -> client.ask("x")).getMessage().endsWith("sends its clients to https://elsewhere/; use that address"));
            assertThrows(GoneException.class, () -> client.status("x"));
        }
        for (String bad : List.of("localhost:8000", "ftp://localhost", "http:///x", "http://localhost?x", "http://me:secret@localhost", "/x")) {
            assertThrows(IllegalArgumentException.class, () -> Mpstream.at(URI.create(bad)), bad);
        }
        assertThrows(IllegalArgumentException.class, () -> Question.of(""));
        assertThrows(IllegalArgumentException.class, () -> Question.of("\ud83d"));
    }

    @Test
    void addressMayHaveAPath() throws Exception {
        String page = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.say(page + "{\"streams\":[{\"id\":\"" + STREAM + "\",\"query\":\"q\",\"user\":\"\",\"state\":\"queued\",\"offset\":0,"
                + "\"acceptedAt\":\"2026-11-27T16:30:27.123Z\",\"startedAt\":null,\"endedAt\":null}],\"next\":null}"),
                ScriptedServer.say(page + "{\"ticket\":\"t.t\",\"url\":\"/v1/feed/a%20b?ticket=t.t\"}"), ScriptedServer.say("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"))) {
            Mpstream client = Mpstream.at(URI.create(server.address() + "/api/"));
            StreamPage list = client.list("a&b", 2, STREAM);
            assertFalse(list.streams().get(0).isEnded());
            assertNull(list.streams().get(0).startedAt());
            assertEquals("", list.next());
            assertEquals(server.address() + "/api/v1/feed/a%20b?ticket=t.t", client.feedTicket("a b", Duration.ofMinutes(1)).url().toString());
            client.stop(STREAM);
            List<String> targets = server.requests().stream().map(each -> each.substring(0, each.indexOf(" HTTP"))).toList();
            assertEquals(List.of("GET /api/v1/streams?limit=2&user=a%26b&before=" + STREAM, "POST /api/v1/feed/a%20b/ticket", "DELETE /api/v1/stream/" + STREAM), targets);
        }
    }

    @Test
    void feedComesBackByItsLastEventAndTellsWhatItMissed() throws Exception {
        String other = "0".repeat(31) + "1";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.lines(text("a", 101)), ScriptedServer.lines(text("b", 102), text("d", 104)),
                ScriptedServer.say(ScriptedServer.LINES.replace(STREAM, other) + "\r\n" + text("x", 8) + "\n{\"restarted\":{\"stream\":\"" + STREAM + "\"}}\n" + text("y", 1) + "\n"),
                ScriptedServer.lines(end("failed", 1, ",\"detail\":\"over\"")));
                Answer feed = to(server).feed("news")) {
            List<String> told = new ArrayList<>();
            feed.follow(new Listener() {
                @Override
                public void text(String piece) {
                    told.add(piece);
                }

                @Override
                public void skipped() {
                    told.add("skipped");
                }

                @Override
                public void restarted(String stream) {
                    told.add("restarted");
                }
            });
            assertEquals(List.of("a", "b", "skipped", "d", "skipped", "x", "restarted", "y"), told);
            List<String> ids = server.requests().stream().map(each -> each.replaceAll("(?is).*last-event-id: (\\S+).*", "$1")).toList();
            assertEquals(List.of(STREAM + ":101", STREAM + ":104", STREAM + ":1"), ids.subList(1, 4));
        }
    }
}
