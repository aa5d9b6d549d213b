package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What passes between run.sh and the processes, and what must not be taken for it. */
@Order(1)
class SupervisionIT {
    private static final String NOISY = Path.of(System.getProperty("basedir", "."), "src/test/resources/Noisy.java").toAbsolutePath().toString();

    @TempDir
    Path folder;

    private static boolean says(RunningServer server, String text) {
        return server.output().stream().anyMatch(line -> line.contains(text));
    }

    private static String answer(RunningServer server, String query) {
        try (Wire wire = server.connect()) {
            return wire.ask(query).response().body();
        }
    }

    @Test
    void nothingThatIsPrintedIsTakenForAnEvent() {
        try (RunningServer server = RunningServer.start(folder, "--responder", NOISY)) {
            assertTrue(server.address().toString().startsWith("http://localhost"), server.output().toString());
            List<ProcessHandle> jvms = List.of(server.jvm("producer"), server.jvm("streamer"));
            assertEquals("fine\n", answer(server, "say fine"));
            answer(server, "child echo exited producer 0; echo exited streamer 1 >&2");
            assertEquals("fine\n", answer(server, "say fine"));
            assertTrue(jvms.stream().allMatch(ProcessHandle::isAlive));
            for (String printed : List.of("ready producer", "refused producer as the test wants it", "mpstream exited streamer 0", "half a line", "loading 100%",
                    "ready streamer http://nowhere", "exited streamer 1")) {
                Awaitility.await().until(() -> says(server, printed));
            }
            assertFalse(says(server, "is started again"), server.output().toString());
        }
    }

    @Test
    void whatTheJvmAndItsChildrenPrintComesOutAtSpeed() {
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", "-Xlog:gc"), "--responder", NOISY)) {
            Awaitility.await().until(() -> says(server, "[gc]") || says(server, "Using Parallel"));
            Commands.signal(server.jvm("producer"), "QUIT");
            Awaitility.await().until(() -> says(server, "Full thread dump"));
            long startNs = System.nanoTime();
            answer(server, "child yes 0123456789012345678901234567890123456789 | head -n 200000");
            Awaitility.await().until(() -> server.output().stream().filter(line -> line.startsWith("01234567890")).count() >= 200_000);
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(10));
        }
    }

    @Test
    void whoeverEndsTheProcessIsNamed() {
        RunningServer early = RunningServer.run(folder, Map.of("NOISY_EXIT", "yes"), "--responder", NOISY, "--server-port", "0");
        assertEquals(2, early.awaitExit());
        assertTrue(says(early, "System.exit was called at Noisy.<init>(Noisy.java:"), early.output().toString());
        RunningServer alone = RunningServer.run(folder, Map.of(), "producer", "--responder", NOISY);
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> says(alone, "is ready"));
        try (RunningServer streamer = RunningServer.start(folder, "streamer"); Wire wire = streamer.connect()) {
            wire.ask("exit 0");
            assertEquals(1, alone.awaitExit());
            assertTrue(says(alone, "System.exit was called at Noisy.respond(Noisy.java:"), alone.output().toString());
        }
    }

    @Test
    void processInTheForegroundEndsWithWhatIsDocumented() {
        for (String mode : List.of("producer", "streamer", "--single")) {
            for (Map.Entry<String, Integer> each : Map.of("TERM", 0, "HUP", 0, "INT", 130).entrySet()) {
                RunningServer server = RunningServer.run(folder, Map.of(), mode, "--server-port", "0");
                Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> says(server, "is ready"));
                Commands.signal(server.handle(), each.getKey());
                assertEquals(each.getValue(), server.awaitExit(), mode + " " + each.getKey());
            }
        }
    }

    /** A group of its own, as a service manager has for what it starts. */
    private Process group(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", "bash", RunningServer.RUN_SH.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        // A child of its own that prints would wait for who does not read.
        builder.environment().put("NOISY_LATER", "yes");
        return builder.start();
    }

    private static void end(Process group) {
        Stream.concat(group.descendants(), Stream.of(group.toHandle())).toList().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void signalToTheWholeGroupLetsAnswersEnd() throws Exception {
        int port = RunningServer.freePort();
        Process group = group("--server-port", Integer.toString(port), "--max-gen-len", "8", "--interval", "500ms", "--drain-timeout", "20s");
        try (BufferedReader lines = group.inputReader()) {
            assertTrue(lines.readLine().startsWith("MPStream is ready"));
            try (Wire wire = new Wire(port)) {
                wire.ask("hi");
                wire.head();
                StringBuilder text = new StringBuilder(wire.chunk());
                Commands.run("kill", "-TERM", "--", "-" + group.pid());
                for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                    text.append(chunk);
                }
                assertTrue(text.toString().endsWith("Message 7. \n"), text.toString());
            }
            assertTrue(group.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, group.exitValue());
        } finally {
            end(group);
        }
    }

    @Test
    void nobodyWaitsForWhoDoesNotReadTheLog() throws Exception {
        int port = RunningServer.freePort();
        Process group = group("--server-port", Integer.toString(port), "--responder", NOISY);
        try (BufferedReader lines = group.inputReader()) {
            while (!lines.readLine().startsWith("MPStream is ready")) {
                // What the responder printed.
            }
            for (int i = 0; i < 10; i++) {
                try (Wire wire = new Wire(port)) {
                    assertEquals("logged\n", wire.ask("log 1000").response().body());
                }
                try (Wire wire = new Wire(port)) {
                    assertFalse(wire.ask("unheard of").response().isWhole());
                }
            }
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
                while (!lines.readLine().matches("\\(\\d+ lines were dropped here: .*")) {
                    // What there was room for.
                }
            });
            // Nor does run.sh wait, which has something to say of this.
            try (Wire wire = new Wire(port)) {
                assertEquals("logged\n", wire.ask("log 2000").response().body());
            }
            ProcessHandle producer = group.descendants().filter(each -> each.info().commandLine().orElse("").contains("mpstream.role=producer")
                    && each.info().command().orElse("").endsWith("java")).findFirst().orElseThrow();
            producer.destroyForcibly();
            try (Wire wire = new Wire(port)) {
                assertEquals("again\n", wire.ask("say again").response().body());
            }
        } finally {
            end(group);
        }
    }

    @Test
    @Tag("long")
    void dataFolderThatIsDeletedIsMadeAnew() throws Exception {
        try (RunningServer server = RunningServer.start(folder, new Shortened(Bound.FOLDER_LOOK, "500ms").environment(), "--responder", "echo", "--data-dir", "kept")) {
            Files.move(folder.resolve("kept"), folder.resolve("lost"));
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> says(server, "was deleted or replaced"));
            Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> answer(server, "back").equals("back\n"));
            assertTrue(Files.isDirectory(folder.resolve("kept/requests")));
        }
    }
}
