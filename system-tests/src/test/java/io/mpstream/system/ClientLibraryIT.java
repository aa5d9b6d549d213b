package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.client.Answer;
import io.mpstream.client.CancelledException;
import io.mpstream.client.End;
import io.mpstream.client.FailedException;
import io.mpstream.client.GoneException;
import io.mpstream.client.Listener;
import io.mpstream.client.Mpstream;
import io.mpstream.client.Question;
import io.mpstream.client.RefusedException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java client against real processes, which die, and behind a proxy, which goes away. {@code -Dkills=200 -Dstreams=200} for all of it. */
@Order(1)
@Timeout(7_200)
class ClientLibraryIT {
    private static final int KILLS = Integer.getInteger("kills", 8);
    private static final int CLIENTS = Integer.getInteger("streams", 40);
    private static final long SEED = Long.getLong("seed", 7);
    /** So that run.sh starts a process again at once. */
    private static final int LIFE_MS = 1_700;
    private static final int LIFE_SPREAD_MS = 500;

    @TempDir
    Path folder;

    @Test
    void everyTextIsWholeAndIsGeneratedOnceWhateverIsKilled() throws Exception {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        AtomicInteger answers = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", ScriptResponder.javaOptions(folder)),
                ScriptResponder.options(true).toArray(String[]::new)); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Mpstream client = Mpstream.at(server.address());
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom random = new SplittableRandom(SEED + i);
                boolean isListening = i % 2 == 0;
                readers.add(threads.submit(() -> {
                    while (!isOver.get()) {
                        Script script = new Script(random.nextLong(), 20 + random.nextInt(120), 5 + random.nextInt(25), 1 + random.nextInt(4), Script.Mode.COMPLETES);
                        try (Answer answer = client.ask(script.query())) {
                            assertTrue(asked.add(answer.id()), answer.id());
                            assertEquals(script.textBeyond(0), isListening ? heard(answer, lost) : answer.text());
                        }
                        answers.incrementAndGet();
                    }
                    return null;
                }));
            }
            try {
                kill(server, client);
            } finally {
                isOver.set(true);
            }
            for (Future<?> reader : readers) {
                reader.get(2, TimeUnit.MINUTES);
            }
        }
        List<String> runs = Files.readAllLines(folder.resolve(ScriptResponder.RUNS));
        List<String> begun = runs.stream().filter(line -> line.startsWith("begin ")).map(line -> line.substring(6)).toList();
        assertEquals(begun.size(), Set.copyOf(begun).size(), "some have run twice");
        assertEquals(List.of(), runs.stream().filter(line -> line.startsWith("wrong ")).toList());
        // One whose producer was killed just before it began has told that it would, and is only gone on with.
        assertEquals(new TreeSet<>(asked), runs.stream().map(line -> line.substring(line.indexOf(' ') + 1)).collect(Collectors.toCollection(TreeSet::new)));
        System.out.println("ClientLibraryIT: " + KILLS + " kills under " + CLIENTS + " clients, " + answers + " answers, " + lost + " connections lost by half of them");
        assertTrue(lost.get() > 0);
    }

    private static String heard(Answer answer, AtomicInteger lost) {
        StringBuilder text = new StringBuilder();
        assertTrue(answer.follow(new Listener() {
            @Override
            public void text(String piece) {
                text.append(piece);
            }

            @Override
            public void lost(String why) {
                lost.incrementAndGet();
            }
        }).isCompleted());
        return text.toString();
    }

    private static void kill(RunningServer server, Mpstream client) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < KILLS; i++) {
            String role = i % 2 == 0 ? "producer" : "streamer";
            Saboteur.sleepUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIFE_MS + random.nextInt(LIFE_SPREAD_MS)));
            server.kill(role);
            server.jvm(role);
            Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(50, TimeUnit.MILLISECONDS).until(() -> client.trouble().isEmpty());
        }
    }

    @Test
    void streamOfHalfAMinuteIsReadWithTokensOfFiveSeconds() throws Exception {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString(),
                "--issue-tokens")) {
            Together.play(2, i -> {
                AtomicInteger tokens = new AtomicInteger();
                AtomicInteger lost = new AtomicInteger();
                // The one gives a fresh token whenever it is asked; the other the same one until that has expired.
                long[] freshNs = {System.nanoTime() - TimeUnit.MINUTES.toNanos(1)};
                String[] token = new String[1];
                Mpstream client = Mpstream.at(server.address()).token(() -> {
                    if (i == 0 || System.nanoTime() - freshNs[0] > TimeUnit.SECONDS.toNanos(5)) {
                        token[0] = Jwt.of("user-" + i).lives(5).by(Keys.SECRET);
                        freshNs[0] = System.nanoTime();
                        tokens.incrementAndGet();
                    }
                    return token[0];
                });
                try (Answer answer = client.ask("number 0 300 100")) {
                    assertEquals(Steps.numbers(0, 300), heard(answer, lost));
                }
                assertTrue(tokens.get() >= 5, tokens + " tokens");
                assertEquals(i == 0, lost.get() == 0, lost + " connections lost");
            });
            ownStreamsAreListedShownAndStopped(server);
        }
    }

    private static void ownStreamsAreListedShownAndStopped(RunningServer server) {
        Mpstream nobody = Mpstream.at(server.address());
        assertEquals(401, assertThrows(RefusedException.class, () -> nobody.ask("say x")).status());
        String token = nobody.issue("Trinity");
        Mpstream client = nobody.token(() -> token);
        String id;
        try (Answer answer = client.ask(Question.of("say x | user | attribute colour | hang").attribute("colour", "red").user("Trinity"))) {
            id = answer.id();
            String all = "xTrinity;redred";
            String heard = "";
            while (heard.length() < all.length()) {
                // In one piece or in several.
                heard += answer.iterator().next();
            }
            assertEquals(all, heard);
            assertEquals(List.of(id), client.list().streams().stream().map(each -> each.id()).toList());
            assertEquals("started", client.status(id).state());
            assertThrows(GoneException.class, () -> nobody.token(() -> Jwt.of("Neo").by(Keys.SECRET)).follow(id));
            String ticket = client.ticket(id, Duration.ofMinutes(1)).url().getRawQuery();
            assertEquals(200, Requests.to(server).get("/v1/stream/" + id + "?live=false&" + ticket).status());
            answer.stop();
            assertThrows(CancelledException.class, answer::text);
        }
        assertEquals("cancelled", client.status(id).state());
        client.stop(id);
        assertEquals("", client.trouble());
    }

    @Test
    void answerOutlivesAProxy() throws Exception {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder()); Nginx nginx = new Nginx(folder, server, "/answers")) {
            Mpstream client = Mpstream.at(nginx.address());
            Together.play(10, i -> {
                AtomicInteger lost = new AtomicInteger();
                if (i == 0) {
                    TimeUnit.SECONDS.sleep(2);
                    nginx.stop();
                    TimeUnit.SECONDS.sleep(2);
                    nginx.start();
                    return;
                }
                try (Answer answer = client.ask("number 0 300 20")) {
                    assertEquals(Steps.numbers(0, 300), heard(answer, lost));
                    assertTrue(lost.get() > 0);
                }
                assertEquals("completed", client.list().streams().stream().filter(each -> each.id().length() == 32).findFirst().orElseThrow().state());
            });
        }
    }

    @Test
    void answersAreReadOverTlsInBothVersions() throws Exception {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--tls-self-signed", "--feed", "ticks=number 0 1000000 20")) {
            assertTrue(assertThrows(RuntimeException.class, () -> Mpstream.at(server.address()).ask("say x")).getMessage().contains("unable to find valid certification path"));
            for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
                try (HttpClient http = HttpClient.newBuilder().version(version).sslContext(Trusting.context()).build()) {
                    use(Mpstream.at(server.address()).over(http));
                    http.shutdownNow();
                }
            }
        }
    }

    private void use(Mpstream client) throws Exception {
        String text = "醒醒，Neo 😀\r\n\u2028\"\\";
        try (Answer answer = client.ask(Question.of("say " + text + " | remark why so"))) {
            End end = answer.end();
            assertTrue(end.isCompleted());
            assertEquals("so", end.notes().get("why"));
            try (Answer again = client.follow(answer.id(), 9); Answer whole = client.follow(answer.id())) {
                assertEquals(text.substring(3), again.text());
                assertEquals(text, whole.text());
            }
            assertEquals(400, assertThrows(RefusedException.class, () -> client.follow(answer.id(), 1)).status());
            assertEquals(400, assertThrows(RefusedException.class, () -> client.follow(answer.id(), 9_999)).status());
        }
        assertTrue(assertThrows(GoneException.class, () -> client.follow("0".repeat(31) + "1")).firstOffset().isEmpty());
        try (Answer answer = client.ask(Steps.HALF)) {
            assertEquals("half", answer.iterator().next());
            assertTrue(assertThrows(FailedException.class, answer::text).detail().contains("in the middle"));
        }
        try (Answer answer = client.ask("kibibytes 3000")) {
            String whole = answer.text();
            assertTrue(whole.equals(Steps.kibibytes(3_000)), whole.length() + " characters");
        }
        try (Answer feed = client.feed("ticks")) {
            StringBuilder ticks = new StringBuilder();
            for (String tick : feed) {
                if (ticks.append(tick).length() > 200) {
                    break;
                }
            }
            List<Integer> numbers = List.of(ticks.substring(ticks.indexOf(";") + 1, ticks.lastIndexOf(";")).split(";")).stream().map(Integer::valueOf).toList();
            assertEquals(IntStream.range(numbers.getFirst(), numbers.getFirst() + numbers.size()).boxed().toList(), numbers);
        }
        try (Answer answer = client.ask("number 0 10 100")) {
            answer.end();
            long startNs = System.nanoTime();
            try (Answer replay = client.replay(answer.id(), 0, 2)) {
                assertEquals(Steps.numbers(0, 10), replay.text());
            }
            assertTrue(System.nanoTime() - startNs > TimeUnit.MILLISECONDS.toNanos(400));
        }
        Together.play(60, i -> {
            try (Answer answer = client.ask("number 0 50 5 " + i + ":")) {
                assertTrue(answer.text().startsWith(i + ":0;"));
            }
        });
    }

    @Test
    void feedGoesOnOverKills() {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--feed", "ticks=number 0 1000000 20")) {
            List<String> told = new ArrayList<>();
            try (Answer feed = Mpstream.at(server.address()).feed("ticks")) {
                int[] next = {-1};
                StringBuilder rest = new StringBuilder();
                int[] kills = {0};
                RuntimeException enough = new RuntimeException("enough");
                assertEquals(enough, assertThrows(RuntimeException.class, () -> feed.follow(new Listener() {
                    @Override
                    public void text(String piece) {
                        rest.append(piece);
                        for (int at = rest.indexOf(";"); at >= 0; at = rest.indexOf(";")) {
                            String number = rest.substring(0, at);
                            rest.delete(0, at + 1);
                            if (next[0] >= 0) {
                                assertEquals(Integer.toString(next[0]++), number);
                            } else {
                                next[0] = Integer.parseInt(number) + 1;
                            }
                            if (next[0] % 50 == 0) {
                                if (!told.isEmpty()) {
                                    throw enough;
                                } else if (kills[0] < 4) {
                                    server.kill(++kills[0] == 4 ? "producer" : "streamer");
                                }
                            }
                        }
                    }

                    @Override
                    public void restarted(String stream) {
                        told.add("restarted");
                        rest.setLength(0);
                        next[0] = 0;
                    }

                    @Override
                    public void skipped() {
                        told.add("skipped");
                    }
                })));
            }
            assertEquals(List.of("restarted"), told);
        }
    }
}
