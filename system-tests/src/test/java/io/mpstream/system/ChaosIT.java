package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Clients of all kinds while everything fails that can: each gets its text once and in order, and learns how it ended.
 * {@code -Dseed=…} makes another plan, {@code -Dminutes=…} a longer one; what the scheduler does is in no plan.
 */
@Isolated("its clients and faults keep to a plan")
class ChaosIT {
    private static final long SEED = Long.getLong("seed", 7);
    private static final long LENGTH_MS = Integer.getInteger("minutes", 0) > 0 ? TimeUnit.MINUTES.toMillis(Integer.getInteger("minutes")) : 12_000;
    private static final int CALM_S = 60;
    private static final int DISK_MIB = 512;
    private static final int FLOOR_MIB = 64;
    /** Open files that come and go: connections that wait to be closed, files of the journals' newest cycles. */
    private static final int FILES_SLACK = 20;

    @TempDir
    Path folder;
    private final List<Player> players = new ArrayList<>();

    @Test
    void everybodyGetsAllOnceWhateverHappens() throws Exception {
        ChaosPlan plan = ChaosPlan.of(SEED, LENGTH_MS);
        System.out.println("ChaosIT seed " + SEED + ": " + plan.parts().size() + " clients, " + plan.faults().size() + " faults");
        Optional<SmallDisk> disk = SmallDisk.mount(folder.resolve("disk"), DISK_MIB);
        List<String> found;
        try {
            found = play(plan, disk);
        } finally {
            disk.ifPresent(SmallDisk::close);
        }
        System.out.println("ChaosIT: " + summary());
        assertEquals("", String.join("\n", found), () -> "the plan was " + plan);
    }

    private List<String> play(ChaosPlan plan, Optional<SmallDisk> disk) throws Exception {
        Optional<FakeClock> clock = FakeClock.in(folder);
        try (RunningServer server = start(plan, clock)) {
            Requests.to(server).answer(new Script(0, 1, 0, 1, Script.Mode.COMPLETES).query());
            Files.delete(folder.resolve(ScriptResponder.RUNS));
            Map<String, Long> filesBefore = openFiles(server);
            Map<Integer, CompletableFuture<String>> streams = new HashMap<>();
            plan.parts().forEach(part -> players.add(Player.of(server, part, streams.computeIfAbsent(part.asker(), asker -> new CompletableFuture<>()))));
            Judge judge = judge(plan, disk.isPresent() && plan.fillsDisk());
            try (Saboteur saboteur = new Saboteur(server, folder, disk, clock, players)) {
                perform(plan, saboteur, judge);
            }
            judge(server, judge, filesBefore);
            return judge.found();
        } finally {
            players.forEach(Player::close);
        }
    }

    private RunningServer start(ChaosPlan plan, Optional<FakeClock> clock) {
        Map<String, String> environment = new HashMap<>(clock.map(FakeClock::environment).orElse(Map.of()));
        environment.put("MPSTREAM_JAVA_OPTS", ScriptResponder.javaOptions(folder) + (plan.rolls() ? " -Dmpstream.roll-cycle=TEST_SECONDLY" : ""));
        List<String> options = new ArrayList<>(ScriptResponder.options(plan.isResumable()));
        options.addAll(List.of("--data-dir", folder.resolve("disk/data").toString(), "--on-disconnect", "2m", "--ahead-bytes", "256KiB", "--memory-bytes", "1MiB",
                "--disk-floor", FLOOR_MIB + "MiB", "--drain-timeout", "2s", "--producer-grace", "5s"));
        return RunningServer.start(folder, environment, options.toArray(String[]::new));
    }

    /** A full disk makes answers fail, and leave. */
    private static Judge judge(ChaosPlan plan, boolean isDiskFull) {
        return isDiskFull ? new Judge(Judge.Pardon.FAILING, Judge.Pardon.LEAVING)
                : plan.kills("producer") && !plan.isResumable() ? new Judge(Judge.Pardon.FAILING) : new Judge();
    }

    private void perform(ChaosPlan plan, Saboteur saboteur, Judge judge) throws Exception {
        long startNs = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Player, Future<?>> plays = new HashMap<>();
            for (Player player : players) {
                plays.put(player, threads.submit(() -> {
                    Saboteur.sleepUntil(startNs + TimeUnit.MILLISECONDS.toNanos(player.part().atMs()));
                    player.play(players.get(player.part().asker()));
                    return null;
                }));
            }
            saboteur.play(plan.faults(), startNs);
            Saboteur.sleepUntil(startNs + TimeUnit.MILLISECONDS.toNanos(plan.lengthMs()));
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALM_S);
            for (Map.Entry<Player, Future<?>> each : plays.entrySet()) {
                await(each.getKey(), each.getValue(), deadlineNs, judge);
            }
            players.forEach(Player::leave);
            // One who still waits for an asker that has got nothing.
            threads.shutdownNow();
        }
    }

    private static void await(Player player, Future<?> play, long deadlineNs, Judge judge) throws InterruptedException {
        try {
            play.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            judge.find("is not over: " + player);
        } catch (ExecutionException e) {
            judge.find("broke with " + e.getCause() + ": " + player);
        }
    }

    private void judge(RunningServer server, Judge judge, Map<String, Long> filesBefore) throws IOException {
        players.forEach(judge::hear);
        judge.compare(players);
        judge.count(players, folder.resolve(ScriptResponder.RUNS));
        // All may be over before a streamer that was killed last is back.
        Awaitility.await().atMost(CALM_S, TimeUnit.SECONDS).ignoreException(UncheckedIOException.class).until(() -> Requests.to(server).get("/healthz").status() == 200);
        judge.list(players, server);
        judge.read(server.output());
        try {
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> openFiles(server), now -> now.entrySet().stream().allMatch(each -> each.getValue() <= filesBefore.get(each.getKey()) + FILES_SLACK));
        } catch (ConditionTimeoutException e) {
            judge.find("had " + filesBefore + " open files and has " + openFiles(server) + ": " + Judge.namesOfOpenFiles(server.jvm("streamer")));
        }
    }

    private static Map<String, Long> openFiles(RunningServer server) {
        return Map.of("producer", Judge.openFiles(server.jvm("producer")), "streamer", Judge.openFiles(server.jvm("streamer")));
    }

    private String summary() {
        return players.stream().collect(Collectors.groupingBy(player -> String.valueOf(player.got().outcome()), Collectors.counting())) + ", "
                + players.stream().mapToInt(Player::requests).sum() + " requests, " + players.stream().mapToInt(player -> player.refusals().size()).sum() + " refused, "
                + (players.stream().mapToLong(player -> player.got().offset() - player.start()).sum() >> 10) + " KiB";
    }
}
