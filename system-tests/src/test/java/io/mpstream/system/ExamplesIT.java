package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, by the commands that their page has: what somebody sees who copies them. The project has a test of its own. */
class ExamplesIT {
    private static final Path ROOT = RunningServer.RUN_SH.getParent();
    private static final Path EXAMPLES = ROOT.resolve("examples");
    private static final String RUN = "./run.sh ";
    private static final String HOST = "localhost:";
    /** One value, and no more: what a page parses. */
    private static final Pattern VALUE_EVENT = Pattern.compile("\\nid: \\S+\\ndata: \\{\"value\": \\S+}\\ndata: \\n\\n");

    @TempDir
    Path folder;

    @BeforeAll
    static void assumePrograms() {
        ClientProgram.assumeInstalled("curl", "curl");
        ClientProgram.assumeInstalled("python3", "python3-minimal");
    }

    @Test
    void filesHaveTheCommandsOfThePage() {
        assertHas("worker.py", "A worker in Python", "#");
        assertHas("ticker.py", "A ticker", "#");
        assertHas("Greeting.java", "A greeting for each user", "//");
    }

    private static void assertHas(String file, String heading, String comment) {
        String head = read(EXAMPLES.resolve(file));
        commands(heading).forEach(command -> assertTrue(head.contains("\n" + comment + "     " + command + "\n"), file + " lacks " + command));
    }

    @Test
    void oneLinerCountsDown() {
        String heading = "A shell one-liner";
        try (RunningServer server = start(heading); ClientProgram look = look(heading, server)) {
            // The last line feed is the transfer's.
            assertEquals("3\n2\n1\nlift-off\n", look.whole());
        }
    }

    @Test
    void workerGoesOnAfterAKill() {
        String heading = "A worker in Python";
        try (RunningServer server = start(heading)) {
            try (ClientProgram look = look(heading, server)) {
                look.awaitOutput(text -> text.startsWith("WAKE"));
                server.kill("producer");
                assertEquals("WAKE UP, NEO\n", look.whole());
            }
            stopsAreHeardOf(server);
        }
    }

    /** Both workers have an answer that nobody wants any more, of a minute: one that would not end it were another process soon. */
    private static void stopsAreHeardOf(RunningServer server) {
        List<Long> workers = workers(server);
        assertEquals(2, workers.size());
        Requests requests = Requests.to(server);
        for (String stream : List.of(requests.ask("x".repeat(600)), requests.ask("y".repeat(600)))) {
            try (Viewer viewer = new Viewer(server, Shape.LINES)) {
                viewer.follow(stream, "").until(1);
                requests.delete("/v1/stream/" + stream);
            }
        }
        assertEquals("NEXT", requests.answer("next"));
        assertEquals(workers, workers(server));
    }

    private static List<Long> workers(RunningServer server) {
        return server.jvm("producer").children().filter(child -> child.info().commandLine().orElse("").endsWith("examples/worker.py"))
                .map(ProcessHandle::pid).sorted().toList();
    }

    @Test
    void tickerTicksEndsAndBeginsAgain() {
        String heading = "A ticker";
        try (RunningServer server = start(heading, "--feed", "quick=10 0.1"); ClientProgram look = look(heading, server);
                Viewer quick = new Viewer(server, Shape.EVENTS)) {
            List<String> values = Requests.to(server).answer("10 0.01").lines().toList();
            assertEquals(10, values.size());
            values.forEach(ExamplesIT::assertValue);
            quick.open("/v1/feed/quick?format=sse").head().got().offset(-1);
            quick.until(() -> quick.got().events("restarted").size() == 1);
            int before = quick.text().length();
            quick.until(() -> quick.text().length() > before);
            quick.text().substring(before).lines().forEach(ExamplesIT::assertValue);
            look.awaitOutput(text -> VALUE_EVENT.matcher(text).find());
        }
    }

    private static void assertValue(String line) {
        double value = Rebuilt.JSON.readTree(line).get("value").asDouble();
        assertTrue(value >= 0 && value < 1, line);
    }

    @Test
    void usersAreGreetedByName() {
        String heading = "A greeting for each user";
        try (RunningServer server = start(heading); ClientProgram neo = look(heading, server);
                ClientProgram trinity = shell(server, looks(heading).replace("Neo", "Trinity"))) {
            neo.awaitOutput(text -> text.startsWith("Hello, Neo! Message 1 about news.\nHello, Neo! Message 2 about news.\n"));
            trinity.awaitOutput(text -> text.startsWith("Hello, Trinity! Message 1 about news.\nHello, Trinity! Message 2 about news.\n"));
            assertFalse(neo.output().contains("Trinity"));
            assertFalse(trinity.output().contains("Neo"));
            assertEquals(401, Requests.to(server).get("/news").status());
        }
    }

    /** The command as it is, but for the port and the folder of the data; these arguments are added. */
    private RunningServer start(String heading, String... more) {
        return start(folder, heading, more);
    }

    /** The same, with its data in this folder. */
    static RunningServer start(Path folder, String heading, String... more) {
        String run = commands(heading).getFirst();
        assertTrue(run.startsWith(RUN), run);
        List<String> args = new ArrayList<>(Commands.output("bash", "-c", "printf '%s\\n' " + run.substring(RUN.length())).lines().toList());
        args.addAll(List.of("--data-dir", folder.toString()));
        args.addAll(List.of(more));
        return RunningServer.start(ROOT, args.toArray(String[]::new));
    }

    private static ClientProgram look(String heading, RunningServer server) {
        return shell(server, looks(heading));
    }

    private static String looks(String heading) {
        List<String> all = commands(heading);
        return String.join("\n", all.subList(1, all.size()));
    }

    private static ClientProgram shell(RunningServer server, String script) {
        // Curl's own progress is no part of what is asserted.
        String quiet = "curl() { command curl -sS \"$@\"; }\n";
        return ClientProgram.start("bash", "bash", "-c", quiet + script.replace(HOST + 8000, HOST + server.address().getPort()));
    }

    /** The indented lines under this heading. */
    static List<String> commands(String heading) {
        String page = read(EXAMPLES.resolve("README.md"));
        String from = page.substring(page.indexOf("## " + heading + "\n") + 3);
        String section = from.contains("\n## ") ? from.substring(0, from.indexOf("\n## ")) : from;
        List<String> commands = section.lines().filter(line -> line.startsWith("    ")).map(String::strip).toList();
        assertTrue(commands.size() > 1, heading);
        return commands;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
