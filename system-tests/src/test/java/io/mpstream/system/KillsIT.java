package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** kill -9 at any moment, each process half of the times, under streams of all kinds. {@code -Dkills=200 -Dstreams=200} for all of it. */
@Isolated("it measures how long after a kill text comes again")
class KillsIT {
    private static final int KILLS = Integer.getInteger("kills", 6);
    private static final int STREAMS = Integer.getInteger("streams", 50);
    private static final long SEED = Long.getLong("seed", 7);
    /** So that run.sh starts a process again at once, which it does not when one keeps dying. */
    private static final int LIFE_MS = 1_600;
    private static final int LIFE_SPREAD_MS = 700;
    private static final int END_S = 60;

    @TempDir
    Path folder;
    private final KillTimes producers = new KillTimes("producer");
    private final KillTimes streamers = new KillTimes("streamer");
    private final Queue<Player> players = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Judge judge = new Judge();

    @Test
    void noCharacterIsLostOrDoubledAndEveryStreamEnds() throws Exception {
        List<String> options = new ArrayList<>(ScriptResponder.options(true));
        options.addAll(List.of("--on-disconnect", "2m"));
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", ScriptResponder.javaOptions(folder)), options.toArray(String[]::new));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> clients = IntStream.range(0, STREAMS).mapToObj(i -> threads.submit(() -> {
                keepAsking(server, new SplittableRandom(SEED + i));
                return null;
            })).toList();
            try {
                kill(server);
            } finally {
                // Else nobody would stop asking, and this would not end.
                isOver.set(true);
            }
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S);
            for (Future<?> client : clients) {
                end(client, deadlineNs);
            }
            judge.compare(List.copyOf(players));
            judge.count(List.copyOf(players), folder.resolve(ScriptResponder.RUNS));
            judge.list(List.copyOf(players), server);
            judge.read(server.output());
        } finally {
            players.forEach(Player::close);
        }
        System.out.println("KillsIT seed " + SEED + ", " + players.size() + " streams: " + producers + "; " + streamers);
        assertEquals("", String.join("\n", judge.found()));
    }

    @Test
    void idleProcessThatIsKilledIsBackWithinThreeSeconds() {
        try (RunningServer server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", "echo")) {
            for (String role : List.of("producer", "streamer", "streamer", "producer")) {
                server.kill(role);
                long startNs = System.nanoTime();
                Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(10, TimeUnit.MILLISECONDS).ignoreException(UncheckedIOException.class)
                        .until(() -> Requests.to(server).answer("after").equals("after"));
                long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                assertTrue(tookMs < 3_000, "the next answer after the " + role + " was killed took " + tookMs + " ms");
            }
        }
    }

    /** One stream after the other, until the kills are over. */
    private void keepAsking(RunningServer server, SplittableRandom random) throws Exception {
        while (!isOver.get()) {
            Script script = new Script(random.nextLong(), 20 + random.nextInt(120), 5 + random.nextInt(25), 1 + random.nextInt(4), Script.Mode.COMPLETES);
            Part.Way way = Part.Way.values()[random.nextInt(Part.Way.values().length)];
            Shape shape = way.shape(Shape.values()[random.nextInt(Shape.values().length)]);
            int number = numbers.getAndIncrement();
            long askedNs = System.nanoTime();
            Player player = Player.of(server, new Part(number, 0, way, shape, script, number, 0), new CompletableFuture<>()).tell((who, openedNs) -> {
                producers.arrived(openedNs, askedNs);
                streamers.arrived(openedNs, askedNs);
            });
            players.add(player);
            player.play(player);
            judge.hear(player);
            player.close();
        }
    }

    private void kill(RunningServer server) {
        Random random = new Random(SEED);
        for (int i = 0; i < KILLS; i++) {
            KillTimes times = i % 2 == 0 ? producers : streamers;
            String role = i % 2 == 0 ? "producer" : "streamer";
            Saboteur.sleepUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIFE_MS + random.nextInt(LIFE_SPREAD_MS)));
            server.jvm(role);
            times.killed();
            server.kill(role);
            times.isDead();
            server.jvm(role);
            times.isBack();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).until(times::isOver);
        }
    }

    private void end(Future<?> client, long deadlineNs) throws InterruptedException {
        try {
            client.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            players.stream().filter(player -> !player.isOver()).forEach(player -> {
                judge.find("is not over: " + player);
                player.leave();
            });
        } catch (ExecutionException e) {
            judge.find("broke with " + e.getCause());
        }
    }
}
