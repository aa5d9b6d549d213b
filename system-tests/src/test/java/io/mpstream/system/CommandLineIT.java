package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The words of run.sh, as a shell has them: what is printed where, and the exit codes. */
@Order(1)
@Timeout(300)
class CommandLineIT {
    private static final Path ROOT = RunningServer.RUN_SH.getParent();
    private static final int COMMAND_S = 60;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--responder", "echo=echo", "--feed", "news=number 0 1000000 20");
        Files.createSymbolicLink(folder.resolve("run.sh"), RunningServer.RUN_SH);
    }

    /** What came of a command: its exit code, what it printed, and what it complained of. */
    private record Ran(int code, String out, String err) {
    }

    private static Process begin(Map<String, String> environment, String name, String command) throws IOException {
        // What was started in the background ignores signals, and so does all that it starts.
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal", "bash", "-c", command).directory(folder.toFile()).redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve(name + ".out").toFile()).redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().put("MPSTREAM_URL", server.address().toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ran end(Process process, String name) throws IOException, InterruptedException {
        if (!process.waitFor(COMMAND_S, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            throw new AssertionError("goes on: " + read(name + ".out") + read(name + ".err"));
        }
        return new Ran(process.exitValue(), read(name + ".out"), read(name + ".err"));
    }

    private static String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Ran run(String command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    private static Ran run(Map<String, String> environment, String command) throws IOException, InterruptedException {
        return end(begin(environment, "command", command), "command");
    }

    /** The commands of the first page and of the clients' page, in their order. */
    private static Set<String> documented() {
        Pattern command = Pattern.compile("(?m)^ {4}((?:echo .* \\| )?\\./run\\.sh (?:ask|follow|tail|ls|show|stop|token|health)\\b.*)$|`(\\./run\\.sh ask[^`…]*)`");
        return Stream.of("README.md", "docs/CLIENTS.md").flatMap(page -> {
            try {
                return command.matcher(Files.readString(ROOT.resolve(page))).results();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).map(found -> found.group(1) == null ? found.group(2) : found.group(1)).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Test
    void commandsOfThePagesDoWhatTheySay() throws Exception {
        List<String> left = new ArrayList<>(documented());
        Path secret = Files.createDirectory(folder.resolve("owned"));
        try (RunningServer owned = RunningServer.start(secret, "--responder", "echo", "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(secret).toString(), "--issue-tokens",
                "--feed", "news=tick")) {
            Map<String, String> nobody = Map.of("MPSTREAM_URL", owned.address().toString());
            Ran token = run(nobody, take(left, "./run.sh token Neo"));
            assertEquals(0, token.code(), token.err());
            Map<String, String> neo = Map.of("MPSTREAM_URL", owned.address().toString(), "MPSTREAM_TOKEN", token.out().strip());
            assertEquals(new Ran(0, "wake up", ""), run(neo, take(left, "./run.sh ask \"wake up\"")));
            assertEquals(new Ran(0, "醒醒，Neo", ""), run(neo, take(left, "./run.sh ask")));
            assertEquals(new Ran(0, "wake up", ""), run(neo, take(left, "echo \"wake up\" | ./run.sh ask -")));
            Ran lines = run(neo, take(left, "./run.sh ask --json \"wake up\""));
            assertTrue(lines.code() == 0 && lines.out().endsWith("{\"text\":\"wake up\",\"offset\":7}\n" + lines.out().lines().toList().getLast() + "\n"), lines.toString());
            assertTrue(lines.out().lines().toList().getLast().startsWith("{\"end\":{\"outcome\":\"completed\",\"offset\":7,\"sha256\":\""), lines.toString());
            String id = run(neo, "./run.sh ls --user Neo --limit 1").out().substring(0, 32);
            assertEquals(new Ran(0, "", ""), run(neo, take(left, "./run.sh ls --running")));
            assertEquals(new Ran(0, id + "  completed  7 bytes\n", ""), run(neo, take(left, "./run.sh show ID").replace("ID", id)));
            assertEquals(new Ran(0, " up", ""), run(neo, take(left, "./run.sh follow --offset 4 ID").replace("ID", id)));
            assertEquals(new Ran(0, "wake up", ""), run(neo, take(left, "./run.sh follow --speed 4 ID").replace("ID", id)));
            assertEquals(new Ran(0, "", ""), run(neo, take(left, "./run.sh stop ID").replace("ID", id)));
            assertEquals(new Ran(0, "ready\n", ""), run(neo, take(left, "./run.sh health")));
            Process tail = begin(neo, "tail", take(left, "./run.sh tail news"));
            Awaitility.await().atMost(COMMAND_S, TimeUnit.SECONDS).until(() -> read("tail.out").contains("tick"));
            interrupt(tail);
            assertEquals(130, end(tail, "tail").code());
        }
        assertEquals(List.of(), left);
    }

    private static String take(List<String> left, String command) {
        assertTrue(left.remove(command), command + " is on no page");
        return command;
    }

    /** As Ctrl-C does: to all of it at once. */
    private static void interrupt(Process process) {
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).forEach(each -> Commands.signal(each, "INT"));
    }

    @Test
    void exitCodesTellTheOutcome() throws Exception {
        assertEquals(new Ran(0, "red", ""), run("./run.sh ask --attribute colour=red 'attribute colour'"));
        assertEquals(new Ran(0, "Neo;", ""), run("./run.sh ask --user=Neo -- user"));
        Ran failed = run("./run.sh ask '" + Steps.HALF + "'");
        assertEquals(1, failed.code());
        assertEquals("half", failed.out());
        assertTrue(failed.err().startsWith("mpstream: the answer failed: ") && failed.err().contains("in the middle") && failed.err().lines().count() == 1, failed.err());
        Process hanging = begin(Map.of(), "hanging", "./run.sh ask 'say x | hang'");
        String id = running("hanging", "x");
        assertEquals(0, run("./run.sh stop " + id).code());
        assertEquals(new Ran(3, "x", "mpstream: the answer was cancelled\n"), end(hanging, "hanging"));
        String none = "0".repeat(31) + "1";
        assertEquals(4, run("./run.sh follow " + none).code());
        assertEquals(4, run("./run.sh show " + none).code());
        Ran stopped = run("./run.sh stop " + none + " " + id);
        assertTrue(stopped.code() == 4 && stopped.err().startsWith("mpstream: " + none + " is gone: "), stopped.toString());
        assertEquals(1, run("./run.sh ask --responder nobody x").code());
        assertEquals(1, run("./run.sh token").code());
        assertEquals(1, run("./run.sh tail nothing").code());
    }

    @Test
    void wrongCommandLinesAreRefusedInOneLine() throws Exception {
        for (Map.Entry<String, String> each : Map.of("ask a b", "ask takes one argument; quote what has spaces in it", "follow", "follow wants ID", "ls --all",
                "ls has no option --all; known are --user, --limit, --running, --json", "ls --limit", "--limit wants a value: --limit COUNT", "ls --limit x", "--limit is no number: 'x'",
                "ls --running=1", "--running takes no value", "ask --json --json x", "--json is given twice", "ask ''", "the query is empty", "ask --attribute x y",
                "--attribute wants NAME=VALUE: 'x'", "ask $'\\xc3'", "'\uFFFD' is not UTF-8").entrySet()) {
            assertEquals(new Ran(2, "", "mpstream: " + each.getValue() + "\n"), run("./run.sh " + each.getKey()));
        }
        assertEquals(new Ran(2, "", "mpstream: standard input is not UTF-8\n"), run("printf '\\xc3' | ./run.sh ask -"));
        assertEquals(new Ran(2, "", "mpstream: standard input has more than the 1 MiB that a query may have\n"), run("head -c 1100000 /dev/zero | ./run.sh ask -"));
        assertEquals(new Ran(2, "", "mpstream: MPSTREAM_URL: 'here' is no address such as http://localhost:8000\n"), run(Map.of("MPSTREAM_URL", "here"), "./run.sh ls"));
        Ran away = run(Map.of("MPSTREAM_URL", "http://localhost:" + RunningServer.freePort()), "./run.sh ask x");
        assertTrue(away.code() == 1 && away.err().matches("mpstream: http://localhost:\\d+: connection refused; gave up after \\d+ s\n"), away.toString());
        Ran help = run("./run.sh ask --help");
        assertTrue(help.code() == 0 && help.out().contains("run.sh follow [--offset BYTES]"), help.toString());
    }

    @Test
    void interruptionAndBrokenPipesEndItQuietly() throws Exception {
        Process hanging = begin(Map.of(), "interrupted", "exec ./run.sh ask 'say interrupted | hang'");
        String id = running("interrupted", "interrupted");
        interrupt(hanging);
        assertEquals(new Ran(130, "interrupted", ""), end(hanging, "interrupted"));
        assertTrue(run("./run.sh show " + id).out().contains("  started  "));
        assertEquals(new Ran(141, "0;", ""), run("./run.sh ask 'number 0 100000 1' | head -c 2; exit ${PIPESTATUS[0]}"));
    }

    /** Waits until the command has printed this; returns the stream that it reads, which is the newest of these. */
    private static String running(String name, String text) throws IOException, InterruptedException {
        Awaitility.await().atMost(COMMAND_S, TimeUnit.SECONDS).until(() -> read(name + ".out").equals(text));
        return run("./run.sh ls --running").out().lines().filter(line -> line.contains("say " + text)).findFirst().orElseThrow().substring(0, 32);
    }

    /** On a terminal, which script(1) makes. */
    @Test
    void notesAreForTerminals() throws Exception {
        ClientProgram.assumeInstalled("script", "bsdutils");
        String ask = "./run.sh ask 'pause 300 | say text'";
        assertEquals(new Ran(0, "text", ""), run(ask));
        Ran shown = run("script -qec \"" + ask + "\" /dev/null");
        assertEquals(0, shown.code());
        assertTrue(shown.out().contains("\0337\033[2m[started]\033[0m\0338\033[J"), shown.out());
        assertTrue(shown.out().endsWith("text\r\n"), shown.out());
    }

    @Test
    void answerIsReadOverKills() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("killed"));
        try (RunningServer killed = RunningServer.start(elsewhere, "--responder", Steps.responder())) {
            Process asking = begin(Map.of("MPSTREAM_URL", killed.address().toString()), "asking", "./run.sh ask 'number 0 200 20'");
            for (int seen : List.of(20, 80)) {
                Awaitility.await().atMost(COMMAND_S, TimeUnit.SECONDS).until(() -> read("asking.out").contains(";" + seen + ";"));
                killed.kill("streamer");
            }
            assertEquals(new Ran(0, Steps.numbers(0, 200), ""), end(asking, "asking"));
        }
    }

    @Test
    void clientStartsFromItsCache() throws Exception {
        // With this option a JVM that cannot use its cache does not start.
        Ran cached = run(Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"), "./run.sh ask 'say cached'");
        assertEquals(0, cached.code(), cached.err());
        assertEquals("cached", cached.out());
    }
}
