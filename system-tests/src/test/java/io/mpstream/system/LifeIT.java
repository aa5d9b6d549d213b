package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How run.sh starts, watches and stops the processes. */
@Order(1)
class LifeIT {
    @TempDir
    Path folder;

    @Test
    void firstLinesOnTheTerminalAreAllThatAUserNeeds() {
        try (RunningServer server = RunningServer.start(folder, "--max-gen-len", "3", "--interval", "10ms")) {
            Awaitility.await().until(() -> server.said().size() == 3);
            assertEquals(List.of("MPStream is ready at " + server.address(),
                    "Try:  curl -N " + server.address() + "/%E9%86%92%E9%86%92%EF%BC%8CNeo",
                    "Ctrl-C stops it."), server.said());
            String query = "醒醒，Neo: 我是新消息，我叫Message ";
            assertEquals(query + "0. " + query + "1. " + query + "2. \n", answer(server, "醒醒，Neo"));
        }
    }

    @Test
    void bothProcessesMayBeKilledAtOnce() {
        try (RunningServer server = start()) {
            ProcessHandle streamer = server.jvm("streamer");
            server.kill("producer");
            streamer.destroyForcibly();
            assertEquals("after\n", awaitAnswer(server, "after"));
        }
    }

    @Test
    void processThatIsStartedAgainIsToldInTheLog() {
        try (RunningServer server = start()) {
            server.kill("producer");
            Awaitility.await().until(() -> server.output().stream().anyMatch(line -> line.startsWith("mpstream: the producer died (status 137)")));
        }
    }

    @Test
    void answerThatRanInAKilledProducerEndsAsABrokenTransfer() {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder());
                Wire wire = server.connect()) {
            wire.ask(Steps.hang(folder.resolve("hung"), "half"));
            wire.head();
            for (String c : List.of("h", "a", "l", "f")) {
                assertEquals(c, chunk(wire));
            }
            server.kill("producer");
            assertEquals("", wire.rest());
            assertEquals("next\n", awaitAnswer(server, "say next"));
        }
    }

    @Test
    void queryAskedWhileTheProducerIsAwayIsAnsweredWhenItIsBack() {
        try (RunningServer server = start()) {
            server.kill("producer");
            assertEquals("patience\n", answer(server, "patience"));
        }
    }

    @Test
    void readyTellsWhenTheProducerIsAway() {
        try (RunningServer streamer = alone("streamer")) {
            try (Wire wire = streamer.connect()) {
                Wire.Response response = wire.get("/readyz").response();
                assertEquals(503, response.status());
                assertTrue(response.body().contains("no producer"), response.body());
                assertEquals(200, wire.get("/healthz").response().status());
            }
            RunningServer producer = RunningServer.run(folder, Map.of(), "producer", "--responder", "echo");
            try (producer) {
                Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> ready(streamer) == 200);
                assertEquals("alone\n", answer(streamer, "alone"));
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> ready(streamer) == 503);
        }
    }

    @Test
    void terminationStopsEverythingWithinFiveSeconds() {
        for (String signal : List.of("TERM", "INT")) {
            RunningServer server = start();
            List<ProcessHandle> all = server.processes();
            assertTrue(all.size() >= 3);
            long start = System.nanoTime();
            signal(server.handle(), signal);
            int status = server.awaitExit();
            assertEquals(signal.equals("INT") ? 130 : 0, status);
            Awaitility.await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
        }
    }

    @Test
    void processWhoseWatchingJobIsKilledIsStartedAgain() {
        try (RunningServer server = start()) {
            ProcessHandle producer = server.jvm("producer");
            producer.parent().orElseThrow().destroyForcibly();
            Awaitility.await().atMost(15, TimeUnit.SECONDS).until(() -> !producer.isAlive());
            assertEquals("after\n", answer(server, "after"));
        }
    }

    @Test
    void signalToTheWholeGroupIsNoSlower() throws IOException, InterruptedException {
        Process group = new ProcessBuilder("setsid", "bash", RunningServer.RUN_SH.toString(), "--server-port",
                Integer.toString(RunningServer.freePort())).directory(folder.toFile()).redirectErrorStream(true).start();
        try (var lines = group.inputReader()) {
            assertTrue(lines.readLine().startsWith("MPStream is ready"));
            List<ProcessHandle> all = Stream.concat(Stream.of(group.toHandle()), group.descendants()).toList();
            long start = System.nanoTime();
            new ProcessBuilder("kill", "-TERM", "--", "-" + group.pid()).start().waitFor();
            assertTrue(group.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, group.exitValue());
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4));
            Awaitility.await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            group.descendants().forEach(ProcessHandle::destroyForcibly);
            group.destroyForcibly();
        }
    }

    @Test
    void answersOfAKilledStreamerDoNotHoldTheirPlacesForEver() throws IOException {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--concurrency", "1",
                "--on-disconnect", "500ms", "--ahead-bytes", "64KiB")) {
            try (Wire wire = server.connect()) {
                wire.ask("endless");
                wire.head();
                assertEquals("e", wire.chunk());
                server.kill("streamer");
            }
            assertEquals("next\n", awaitAnswer(server, "say next"));
        }
    }

    @Test
    void anOptionCannotBreakTheStreamer() {
        try (RunningServer server = start()) {
            ProcessHandle streamer = server.jvm("streamer");
            for (String time : List.of("200000d", "30d", "0ms", "99999999999d")) {
                try (Wire wire = server.connect()) {
                    wire.get("/x?on-disconnect=" + time).head();
                }
            }
            assertEquals("fine\n", answer(server, "fine"));
            assertTrue(streamer.isAlive());
        }
    }

    @Test
    void runningAnswersDoNotHoldTheStopUp() {
        RunningServer server = RunningServer.start(folder, "--responder", Steps.responder());
        try (Wire wire = server.connect()) {
            wire.ask("endless");
            wire.head();
            long start = System.nanoTime();
            signal(server.handle(), "TERM");
            server.awaitExit();
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
        }
    }

    @Test
    void nothingIsLeftBehindWhateverIsKilledFirst() {
        for (String first : List.of("run.sh", "producer then run.sh", "streamer then run.sh")) {
            String data = folder.resolve("data").toString();
            RunningServer server = RunningServer.start(folder, "--responder", "echo", "--data-dir", data);
            List<ProcessHandle> all = server.processes();
            assertTrue(RunningServer.withArgument(data) >= 2);
            for (String each : first.split(" then ")) {
                if (each.equals("run.sh")) {
                    server.handle().destroyForcibly();
                } else {
                    server.jvm(each).destroyForcibly();
                }
            }
            Awaitility.await().atMost(8, TimeUnit.SECONDS).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
            Awaitility.await().atMost(8, TimeUnit.SECONDS).until(() -> RunningServer.withArgument(data) == 0);
        }
    }

    @Test
    void wrongFlagsAreRefusedInOneLine() {
        assertRefused("mpstream: unknown option --porty; --help lists them", "--porty", "1");
        assertRefused("mpstream: no responder is called 'nobody': give fake, echo, exec, openai, a .java file, or a class on --responder-path",
                "--responder", "nobody");
        assertRefused("mpstream: --single cannot be combined with producer", "producer", "--single");
        assertRefused("mpstream: there is no address no.such.host.invalid; choose another with --server-ip", "--server-ip", "no.such.host.invalid");
    }

    @Test
    void busyPortIsRefusedInOneLine() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            assertRefused("mpstream: port " + busy.getLocalPort() + " on localhost is in use; choose another with --server-port",
                    "--server-port", Integer.toString(busy.getLocalPort()));
        }
    }

    @Test
    void secondStartOnTheSameDataFolderIsRefusedAndTheFirstGoesOn() {
        try (RunningServer server = start()) {
            RunningServer second = RunningServer.run(folder, Map.of(), "--server-port", "0");
            assertEquals(2, second.awaitExit());
            assertEquals(1, second.said().size(), second.said().toString());
            assertTrue(second.said().getFirst().matches("mpstream: another (producer|streamer) \\(process \\d+\\) uses the data folder .*"),
                    second.said().toString());
            assertEquals("still\n", answer(server, "still"));
        }
    }

    @Test
    void compilerErrorsAreShownAsTheyAre() throws IOException {
        Path file = Files.writeString(folder.resolve("Bad.java"), "public class Bad {\n    int x = \"text\";\n}\n");
        RunningServer server = RunningServer.run(folder, Map.of(), "--responder", file.toString());
        assertEquals(2, server.awaitExit());
        List<String> output = server.said();
        assertEquals("mpstream: the responder does not compile", output.getFirst());
        assertTrue(output.stream().anyMatch(line -> line.contains("Bad.java:2: error: incompatible types")), output.toString());
        assertTrue(output.contains("    int x = \"text\";"), output.toString());
    }

    @Test
    void helpIsPrintedAndNothingIsStarted() {
        RunningServer server = RunningServer.run(folder, Map.of(), "--help");
        assertEquals(0, server.awaitExit());
        assertTrue(String.join("\n", server.output()).contains("--on-disconnect"));
        assertFalse(Files.exists(folder.resolve("data")));
    }

    @Test
    void rankMovesPortAndFolder() {
        int port = RunningServer.freePort();
        try (RunningServer server = RunningServer.start(folder, Map.of("LOCAL_RANK", "1"), "--server-port", Integer.toString(port - 1),
                "--responder", "echo")) {
            assertEquals(port, server.address().getPort());
            assertTrue(Files.isDirectory(folder.resolve("data/rank-1/requests")));
            assertEquals("ranked\n", answer(server, "ranked"));
        }
    }

    @Test
    void singleModeAnswersFromOneProcess() {
        try (RunningServer server = RunningServer.start(folder, "--single", "--responder", Steps.responder())) {
            assertEquals(1, server.processes().size());
            assertEquals("one\n", answer(server, "say one"));
            assertFalse(Files.exists(folder.resolve("data")));
        }
    }

    @Test
    void bothProcessesStartFromTheirCaches() {
        // With this option a JVM that cannot use its cache does not start.
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", "-XX:AOTMode=on"), "--responder", "echo")) {
            assertEquals("cached\n", answer(server, "cached"));
        }
    }

    @Test
    void streamersHeapHasABoundUnlessThatIsSaid() throws IOException {
        long kilobytes = Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        assumeTrue(kilobytes > 6 << 20, "a machine with so little memory has its own bound");
        String bound = " -Xmx1024m ";
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo")) {
            assertTrue(server.commandLine("streamer").contains(bound), server.commandLine("streamer"));
            assertFalse(server.commandLine("producer").contains(bound), "a responder may want more");
        }
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", "-Xmx300m"), "--responder", "echo")) {
            assertFalse(server.commandLine("streamer").contains(bound), server.commandLine("streamer"));
        }
    }

    @Test
    void optionsMayComeFromTheEnvironment() {
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_RESPONDER", "echo", "MPSTREAM_DATA_DIR", "elsewhere"))) {
            assertEquals("hello\n", answer(server, "hello"));
            assertTrue(Files.isDirectory(folder.resolve("elsewhere/requests")));
        }
    }

    private RunningServer start() {
        return RunningServer.start(folder, "--responder", "echo");
    }

    private RunningServer alone(String role) {
        return RunningServer.start(folder, role);
    }

    private void assertRefused(String start, String... args) {
        RunningServer server = RunningServer.run(folder, Map.of(), args);
        assertEquals(2, server.awaitExit(), server.output().toString());
        List<String> output = server.said();
        assertEquals(1, output.size(), output.toString());
        assertTrue(output.getFirst().startsWith(start), output.toString());
    }

    private static int ready(RunningServer server) {
        try (Wire wire = server.connect()) {
            return wire.get("/readyz").response().status();
        }
    }

    private static String answer(RunningServer server, String query) {
        try (Wire wire = server.connect()) {
            return wire.ask(query).response().body();
        }
    }

    /** Asks again while the connection is refused or broken, as a client would that retries. */
    private static String awaitAnswer(RunningServer server, String query) {
        return Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(10, TimeUnit.MILLISECONDS).until(() -> {
            try {
                return answer(server, query);
            } catch (UncheckedIOException e) {
                return "";
            }
        }, text -> !text.isEmpty());
    }

    private static String chunk(Wire wire) {
        try {
            return wire.chunk();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(ProcessHandle process, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
