package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * An hour of new queries, long streams, viewers who leave and come back, files of the journals that come and go: what the processes
 * hold stays what it is. {@code -Dminutes=…} for another time.
 */
@Isolated("it measures what the processes hold")
class LongRunIT {
    private static final long LENGTH_MS = TimeUnit.MINUTES.toMillis(Integer.getInteger("minutes", 60));
    private static final long SEED = Long.getLong("seed", 7);
    /** So that a short run has enough to compare too. */
    private static final long SAMPLE_MS = Math.min(60_000, LENGTH_MS / 16);
    private static final int ASKERS = 30;
    private static final int LONG_ASKERS = 6;
    private static final int LONG_PIECES = 2_000;
    private static final int CUT_EVERY_MS = 400;
    /** One in so many who are cut does not come back. */
    private static final int LEAVES_OF = 4;
    /** With files of a second, so many files; longer than anybody here is away. */
    private static final String RETAIN = "30s";

    @TempDir
    Path folder;
    private final Set<Player> present = ConcurrentHashMap.newKeySet();
    private final AtomicInteger played = new AtomicInteger();
    private final Judge judge = new Judge(Judge.Pardon.CANCELLING);
    private final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LENGTH_MS);

    @Test
    @Tag("long")
    void nothingGrows() throws Exception {
        List<String> options = new ArrayList<>(ScriptResponder.options(true));
        options.addAll(List.of("--retain", RETAIN, "--memory-bytes", "4MiB", "--ahead-bytes", "256KiB", "--on-disconnect", "2s"));
        String javaOptions = ScriptResponder.javaOptions(folder) + " -Dmpstream.roll-cycle=TEST_SECONDLY " + Holdings.JAVA_OPTION;
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", javaOptions), options.toArray(String[]::new));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Holdings holdings = new Holdings(server, folder.resolve("data"));
            List<Future<?>> clients = new ArrayList<>();
            IntStream.range(0, ASKERS + LONG_ASKERS).forEach(i -> clients.add(threads.submit(() -> {
                keepAsking(server, threads, i, new SplittableRandom(SEED + i));
                return null;
            })));
            clients.add(threads.submit(this::keepCutting));
            for (long dueNs = System.nanoTime(); dueNs < endNs; dueNs += TimeUnit.MILLISECONDS.toNanos(SAMPLE_MS)) {
                Saboteur.sleepUntil(dueNs);
                holdings.take();
            }
            // Whoever begins later leaves by itself.
            Saboteur.sleepUntil(endNs);
            System.out.println("LongRunIT seed " + SEED + ", " + played + " clients, each " + SAMPLE_MS / 1_000 + " s:\n" + holdings.table());
            present.forEach(Player::leave);
            for (Future<?> client : clients) {
                client.get(2, TimeUnit.MINUTES);
            }
            judge.read(server.output());
            assertEquals("", String.join("\n", judge.found()) + holdings.growth());
        }
    }

    private void keepAsking(RunningServer server, ExecutorService threads, int asker, SplittableRandom random) throws Exception {
        while (System.nanoTime() < endNs) {
            boolean isLong = asker < LONG_ASKERS;
            Script script = new Script(random.nextLong(), isLong ? LONG_PIECES : random.nextInt(200), 5 + random.nextInt(50), 1 + random.nextInt(isLong ? 200 : 20),
                    random.nextInt(8) == 0 ? Script.Mode.ENDLESS : Script.Mode.COMPLETES);
            int number = played.getAndIncrement();
            CompletableFuture<String> stream = new CompletableFuture<>();
            try (Player player = player(server, number, number, script, stream, random); Player watcher = player(server, played.getAndIncrement(), number, script, stream, random)) {
                Future<?> watching = threads.submit(() -> {
                    play(watcher, player);
                    return null;
                });
                play(player, player);
                watching.get();
            }
        }
    }

    private static Player player(RunningServer server, int number, int asker, Script script, CompletableFuture<String> stream, SplittableRandom random) {
        Part.Way way = Part.Way.values()[random.nextInt(Part.Way.values().length)];
        Shape shape = way.shape(Shape.values()[random.nextInt(Shape.values().length)]);
        return Player.of(server, new Part(number, 0, way, shape, script, asker, random.nextInt(1_001)), stream);
    }

    private void play(Player player, Player asker) throws Exception {
        present.add(player);
        if (System.nanoTime() > endNs) {
            player.leave();
        }
        player.play(asker);
        present.remove(player);
        judge.hear(player);
    }

    private void keepCutting() {
        SplittableRandom random = new SplittableRandom(SEED);
        while (System.nanoTime() < endNs) {
            Saboteur.sleepUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CUT_EVERY_MS));
            List<Player> all = List.copyOf(present);
            if (!all.isEmpty()) {
                Player player = all.get(random.nextInt(all.size()));
                if (random.nextInt(LEAVES_OF) == 0) {
                    player.leave();
                } else {
                    player.cut(random.nextBoolean());
                }
            }
        }
    }
}
