package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Has faults happen to a server and its clients. What this machine does not allow is left out, and said once. */
final class Saboteur implements AutoCloseable {
    private final RunningServer server;
    private final Path hold;
    private final Optional<SmallDisk> disk;
    private final Optional<FakeClock> clock;
    private final List<Player> players;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Future<?>> lasting = new ConcurrentLinkedQueue<>();
    private final Set<String> omitted = new ConcurrentSkipListSet<>();

    Saboteur(RunningServer server, Path folder, Optional<SmallDisk> disk, Optional<FakeClock> clock, List<Player> players) {
        this.server = server;
        this.hold = folder.resolve(ScriptResponder.HOLD);
        this.disk = disk;
        this.clock = clock;
        this.players = players;
    }

    /** Plays them all, each at its time after the start, and returns when their time has passed. */
    void play(List<Fault.Timed> faults, long startNs) throws Exception {
        for (Fault.Timed each : faults) {
            sleepUntil(startNs + TimeUnit.MILLISECONDS.toNanos(each.atMs()));
            play(each.fault());
        }
        for (Future<?> each : lasting) {
            each.get();
        }
        clock.ifPresent(known -> known.set(Duration.ZERO));
    }

    static void sleepUntil(long ns) {
        for (long leftNs = ns - System.nanoTime(); leftNs > 0; leftNs = ns - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    private void play(Fault fault) {
        switch (fault) {
            case Fault.KillProducer _ -> server.kill("producer");
            case Fault.KillStreamer _ -> server.kill("streamer");
            case Fault.KillBoth _ -> {
                server.jvm("producer").destroyForcibly();
                server.kill("streamer");
            }
            case Fault.Drain _ -> Commands.signal(server.jvm("streamer"), "TERM");
            case Fault.Stop stop -> {
                ProcessHandle process = server.jvm(stop.role());
                Commands.signal(process, "STOP");
                later(stop.time(), () -> Commands.signal(process, "CONT"));
            }
            case Fault.SlowResponder slow -> {
                hold(true);
                later(slow.time(), () -> hold(false));
            }
            case Fault.StallClient stall -> players.get(stall.client()).stall(stall.time().toMillis());
            case Fault.CutClient cut -> players.get(cut.client()).cut(cut.isReset());
            case Fault.FillDisk fill -> disk.ifPresentOrElse(small -> {
                small.fill(fill.freeMib());
                later(fill.time(), small::free);
            }, () -> omit("a full disk, because none could be mounted"));
            case Fault.StepClock step -> clock.ifPresentOrElse(known -> known.set(step.by()), () -> omit("the clock, without -Dfaketime=…"));
        }
    }

    private void later(Duration time, Runnable end) {
        lasting.add(threads.submit(() -> {
            sleepUntil(System.nanoTime() + time.toNanos());
            end.run();
        }));
    }

    private void hold(boolean isHeld) {
        try {
            if (isHeld && !Files.exists(hold)) {
                Files.createFile(hold);
            } else if (!isHeld) {
                Files.deleteIfExists(hold);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void omit(String why) {
        if (omitted.add(why)) {
            System.out.println("left out: " + why);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
