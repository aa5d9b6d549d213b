package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up, of a size that a test can fill. Where nothing may be mounted, nothing is tested. */
@Timeout(120)
class FullDiskIT {
    private static final String FULL = "the disk of the journals is full";
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", disk.toString()) == 0, "no disk can be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        // Lazily, so that it goes even if somebody still has a file of it.
        run("umount", "-l", disk.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    private long room() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    /** Fills the disk from outside until no more than this is left. */
    private Path fill(String name, long left) throws IOException {
        Path filler = disk.resolve(name);
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] page = new byte[4096];
            while (room() > left) {
                out.write(page);
            }
        }
        return filler;
    }

    private static void awaitAnswer(RunningServer server, String text) {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(100, TimeUnit.MILLISECONDS).until(() -> {
            try (Wire wire = server.connect()) {
                Wire.Response response = wire.ask("say " + text).response();
                return response.status() == 200 && response.body().equals(text + "\n");
            }
        });
    }

    @Test
    void endlessAnswerEndsAndTheProcessesLive() throws Exception {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", disk.resolve("data").toString(),
                "--disk-floor", "8MiB"); Viewer viewer = new Viewer(server, Shape.LINES); Viewer silent = new Viewer(server, Shape.LINES)) {
            long producer = server.jvm("producer").pid();
            long streamer = server.jvm("streamer").pid();
            awaitAnswer(server, "before");
            Path filler = fill("filler", 20 * MIB);
            viewer.got().giveTo((utf8, from, to) -> { });
            viewer.ask("endless").all();
            assertEquals("failed", viewer.outcome());
            assertEquals(FULL, viewer.got().detail());
            assertTrue(viewer.got().offset() > 4 * MIB, "ended after " + viewer.got().offset());
            assertTrue(room() > MIB, "room " + room());
            assertEquals(200, Requests.to(server).get("/healthz").status());
            Files.delete(filler);
            awaitAnswer(server, "after");

            // Somebody else leaves next to nothing while an answer is open: not even its end can be written.
            silent.ask(Steps.hang(folder.resolve("hung"), "half")).until(4);
            Path all = fill("all", MIB / 4);
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Files.exists(folder.resolve("hung")));
            assertEquals(200, Requests.to(server).get("/healthz").status());
            Files.delete(all);
            silent.all();
            assertEquals("failed", silent.outcome());
            assertEquals(FULL, silent.got().detail());
            awaitAnswer(server, "again");
            assertEquals(producer, server.jvm("producer").pid(), () -> server.output().toString());
            assertEquals(streamer, server.jvm("streamer").pid(), () -> server.output().toString());
        }
    }

    @Test
    void queriesAreTurnedAwayWhileItIsNearlyFullAndWhatRunsGoesOn() throws Exception {
        Path gate = folder.resolve("gate");
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", disk.resolve("data").toString(),
                "--disk-floor", "8MiB"); Viewer running = new Viewer(server, Shape.LINES)) {
            awaitAnswer(server, "before");
            running.ask(Steps.of("number 0 15 0", "await " + gate, "number 15 30 0")).until(4);
            Path filler = fill("filler", 6 * MIB);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Requests.to(server).get("/say%20x").status() == 503);
            Wire.Response away = Requests.to(server).get("/say%20x");
            assertTrue(away.body().contains("the disk of the journals is nearly full"), away.body());
            assertTrue(Integer.parseInt(away.header("Retry-After")) > 1);
            Steps.open(gate);
            running.all();
            assertEquals(Steps.numbers(0, 30), running.text());
            assertEquals("completed", running.outcome());
            Files.delete(filler);
            awaitAnswer(server, "after");
        }
    }

    @Test
    void endlessAnswersWhoseReadersDieWriteNoFurtherThanTheyMay() throws Exception {
        long before = room();
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--data-dir", disk.resolve("data").toString(),
                "--disk-floor", "4MiB", "--ahead-bytes", "1MiB")) {
            for (int i = 0; i < 8; i++) {
                try (Wire wire = server.connect()) {
                    wire.get("/endless?unit=any&on-disconnect=continue").head();
                    wire.chunk();
                    wire.reset();
                }
            }
            long[] last = {0};
            Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(500, TimeUnit.MILLISECONDS).until(() -> {
                long was = last[0];
                last[0] = before - room();
                return last[0] > 8 * MIB && last[0] - was < MIB / 16;
            });
            // A reader's socket takes some before it dies.
            assertTrue(last[0] < 24L * MIB, last[0] + " bytes were written for 8 answers that may be 1 MiB ahead");
        }
    }
}
