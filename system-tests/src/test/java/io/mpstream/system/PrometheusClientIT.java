package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What goes wrong, as a real Prometheus sees it with the example's rules, and a dashboard that asks it. */
@Timeout(180)
class PrometheusClientIT {
    private static final Path EXAMPLES = RunningServer.RUN_SH.resolveSibling("examples/monitoring");
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DISK = "size=1200m,mode=700";
    private static final long FILLED_BYTES = 400L << 20;
    /** So long as the rules wait, a test cannot: they fire at once, after seconds and not minutes. */
    private static final String HASTY = "(?m)(?<=^        for: )\\d+[sm]$";

    @TempDir
    Path folder;
    @AutoClose
    private final HttpClient client = HttpClient.newHttpClient();
    private final int prometheusPort = RunningServer.freePort();
    private final int port = RunningServer.freePort();
    private final int producerPort = RunningServer.freePort();
    private Path disk;

    @BeforeEach
    void mount() throws IOException {
        ClientProgram.assumeInstalled("prometheus", "prometheus");
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(Commands.run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", disk.toString()) == 0, "no disk can be mounted here");
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            Commands.run("umount", "-l", disk.toString());
        }
    }

    private ClientProgram startPrometheus() throws IOException {
        String rules = Files.readString(EXAMPLES.resolve("alerts.yml")).replaceAll(HASTY, "0s")
                .replace("mpstream_silence_seconds > 60", "mpstream_silence_seconds > 2")
                .replace("gen_ai_server_time_to_first_token_seconds_bucket[5m]))) > 5", "gen_ai_server_time_to_first_token_seconds_bucket[5m]))) > 1");
        Files.writeString(folder.resolve("alerts.yml"), rules);
        Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                global:
                  scrape_interval: 500ms
                  scrape_timeout: 500ms
                  evaluation_interval: 500ms
                scrape_configs:
                  - job_name: mpstream
                    static_configs:
                      - targets: ['127.0.0.1:%d', '127.0.0.1:%d']
                rule_files: [alerts.yml]
                """.formatted(port, producerPort));
        return ClientProgram.start("prometheus", "prometheus", "--config.file=" + config, "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + prometheusPort, "--log.level=error");
    }

    private JsonNode ask(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + prometheusPort + path)).timeout(Duration.ofSeconds(10)).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? JSON.readTree(response.body()).get("data") : JSON.createObjectNode();
        } catch (IOException e) {
            // It has not begun to listen.
            return JSON.createObjectNode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Set<String> firing() {
        Set<String> names = new TreeSet<>();
        JsonNode alerts = ask("/api/v1/alerts").path("alerts");
        alerts.valueStream().filter(alert -> alert.get("state").asString().equals("firing")).forEach(alert -> names.add(alert.get("labels").get("alertname").asString()));
        return names;
    }

    private void awaitFiring(String... names) {
        Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(200, TimeUnit.MILLISECONDS).until(this::firing, all -> all.containsAll(Set.of(names)));
    }

    /** The value of an expression of the dashboard now: that which has this in it, alone. */
    private double shown(String part) throws IOException {
        String expression = JSON.readTree(Files.readString(EXAMPLES.resolve("dashboard.json"))).findValuesAsString("expr").stream()
                .filter(each -> each.contains(part)).findFirst().orElseThrow().replace("$instance", ".*").replace("$__rate_interval", "1m");
        JsonNode result = ask("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)).get("result");
        assertEquals(1, result.size(), expression + ": " + result);
        return Double.parseDouble(result.get(0).get("value").get(1).asString());
    }

    @Test
    void eachTroubleIsSeen() throws Exception {
        String data = disk.resolve("data").toString();
        try (RunningServer producer = RunningServer.run(folder, java.util.Map.of(), "producer", "--responder", Steps.responder(), "--data-dir", data,
                        "--disk-floor", "1GiB", "--producer-metrics-port", Integer.toString(producerPort));
                RunningServer server = RunningServer.start(folder, "streamer", "--data-dir", data, "--disk-floor", "1GiB", "--metrics-port", Integer.toString(port));
                ClientProgram prometheus = startPrometheus()) {
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Requests.to(server).get("/readyz").status() == 200);
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> ask("/api/v1/query?query=mpstream_producer_alive").path("result").size() == 1);
            assertEquals(Set.of(), firing(), prometheus.output());
            assertEquals(1, shown("mpstream_producer_alive"));

            assertEquals("x", Requests.to(server).answer("say x"));
            // What has not been seen before cannot be seen to grow.
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> ask("/api/v1/query?query=gen_ai_server_time_to_first_token_seconds_count").path("result").size() == 1);
            assertEquals("x", Requests.to(server).answer(Steps.of("pause 2500", "say x")));
            awaitFiring("MpstreamFirstTextLate");
            assertTrue(shown("0.99, sum by (le) (rate(gen_ai_server_time_to_first_token_seconds_bucket") > 1);

            try (Wire stalled = new Wire(server.address().getPort(), 4_096); Wire silent = server.connect()) {
                stalled.ask(Steps.of("kibibytes 8192", "hang")).head();
                silent.ask(Steps.of("say half", "hang")).head();
                awaitFiring("MpstreamReadersStall", "MpstreamAnswerSilent");
                assertTrue(shown("mpstream_stalls_total") > 0);
                assertTrue(shown("mpstream_silence_seconds") > 2);
            }

            assertTrue(!firing().contains("MpstreamDiskNearlyFull"), firing().toString());
            assertEquals(0, Commands.run("fallocate", "-l", Long.toString(FILLED_BYTES), disk.resolve("filler").toString()));
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Requests.to(server).get("/say%20x").status() == 503);
            awaitFiring("MpstreamDiskNearlyFull", "MpstreamRefuses");
            assertTrue(shown("mpstream_disk_free_bytes") < 1 << 30);
            Files.delete(disk.resolve("filler"));

            assertTrue(!firing().contains("MpstreamProducerAway"), firing().toString());
            producer.handle().destroy();
            awaitFiring("MpstreamProducerAway");
            assertEquals(0, shown("mpstream_producer_alive"));
            assertTrue(shown("mpstream_lease_age_seconds") > 0);
        }
    }
}
