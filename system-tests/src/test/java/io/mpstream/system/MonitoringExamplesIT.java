package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard and the alerts name what is told, and Prometheus' own tool likes it. */
@Timeout(120)
class MonitoringExamplesIT {
    private static final Path EXAMPLES = RunningServer.RUN_SH.resolveSibling("examples/monitoring");
    private static final Pattern METRIC = Pattern.compile("\\b(?:mpstream|gen_ai_server|jvm|process)_[a-z0-9_]+");
    private static final int PROMTOOL_S = 30;

    @TempDir
    static Path folder;
    private static Scrape streamer;
    private static Scrape producer;

    @BeforeAll
    static void scrape() {
        int port = RunningServer.freePort();
        int producerPort = RunningServer.freePort();
        try (RunningServer server = RunningServer.start(folder, "--metrics-port", Integer.toString(port), "--producer-metrics-port", Integer.toString(producerPort),
                "--responder", Steps.responder())) {
            Requests.to(server).answer(Steps.of("say one", "say two", "remark output_tokens 2"));
            streamer = Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Scrape.of(port), each -> each.sum("mpstream_answers_total") == 1);
            producer = Scrape.of(producerPort);
        }
    }

    private static void assertTold(Set<String> named, int atLeast) {
        assertTrue(named.size() >= atLeast, named.toString());
        named.removeAll(streamer.names());
        named.removeAll(producer.names());
        assertEquals(Set.of(), named);
    }

    private static Set<String> metrics(String text) {
        return METRIC.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void dashboardNamesWhatIsTold() throws IOException {
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(EXAMPLES.resolve("dashboard.json")));
        String all = dashboard.findValuesAsString("expr").stream().collect(Collectors.joining("\n"));
        assertTold(metrics(all), 25);
        Set<String> own = metrics(String.join("\n", streamer.names()) + "\n" + String.join("\n", producer.names()));
        own.removeIf(name -> !name.startsWith("mpstream_") || name.matches(".*_(sum|count)"));
        own.removeAll(metrics(all));
        assertEquals(Set.of("mpstream_audit_lost_total", "mpstream_producer_entries_total"), own, "what the dashboard leaves out");
    }

    @Test
    void alertsNameWhatIsTold() throws IOException {
        String alerts = Files.readString(EXAMPLES.resolve("alerts.yml"));
        assertEquals(8, Pattern.compile("- alert: ").matcher(alerts).results().count());
        assertTold(metrics(alerts), 8);
    }

    @Test
    void promtoolLikesThem() throws Exception {
        assumeTrue(Commands.run("promtool", "--version") == 0, "promtool is not installed");
        promtool(Files.readString(EXAMPLES.resolve("alerts.yml")), "check", "rules", EXAMPLES.resolve("alerts.yml").toString());
        for (Scrape each : List.of(streamer, producer)) {
            promtool(each.text(), "check", "metrics");
        }
    }

    private static void promtool(String input, String... args) throws Exception {
        Path in = Files.writeString(Files.createTempFile(folder, "in", ""), input, StandardCharsets.UTF_8);
        ProcessBuilder builder = new ProcessBuilder(args).redirectErrorStream(true).redirectInput(in.toFile());
        builder.command().addFirst("promtool");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PROMTOOL_S, TimeUnit.SECONDS));
        // It has wishes for names that are the library's.
        assertTrue(said.lines().noneMatch(line -> line.matches("(mpstream|gen_ai)_.*|.*(FAILED|error while linting).*")), said);
    }
}
