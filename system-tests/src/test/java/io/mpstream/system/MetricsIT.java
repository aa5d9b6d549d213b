package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the processes tell of themselves, while answers run. */
@Order(1)
@Timeout(180)
class MetricsIT {
    private static final String LAG = "mpstream_delivery_lag_seconds";
    private static final String DURATION = "gen_ai_server_request_duration_seconds";
    private static final String FIRST = "gen_ai_server_time_to_first_token_seconds";
    private static final String TOKEN = "gen_ai_server_time_per_output_token_seconds";
    private static final int STOPS = 3;
    private static final long STOPPED_MS = 700;

    @TempDir
    Path folder;

    private final int port = RunningServer.freePort();
    private final int producerPort = RunningServer.freePort();

    private RunningServer start(String... more) {
        List<String> args = new ArrayList<>(List.of("--metrics-port", Integer.toString(port), "--producer-metrics-port", Integer.toString(producerPort),
                "--responder", Steps.responder()));
        args.addAll(List.of(more));
        return RunningServer.start(folder, args.toArray(String[]::new));
    }

    /** The first scrape of which this is so: what a client sees and what is counted are a moment apart. */
    private static Scrape await(int port, java.util.function.Predicate<Scrape> isSo) {
        return Awaitility.await().atMost(20, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS).until(() -> Scrape.of(port), isSo);
    }

    @Test
    void answersAreCountedWhileTheyRunAndWhenTheyHaveEnded() {
        Path gate = folder.resolve("gate");
        try (RunningServer server = start("--concurrency", "2"); Wire first = server.connect(); Wire second = server.connect(); Wire third = server.connect()) {
            String query = "/" + Wire.encode(Steps.of("say one", "await " + gate, "say two", "remark output_tokens 11")) + "?format=sse";
            for (Wire each : List.of(first, second, third)) {
                each.get(query).head();
            }
            Scrape running = await(port, scrape -> scrape.sum(FIRST + "_count") == 2 && scrape.sum("mpstream_streams", "state=\"queued\"") == 1);
            assertEquals(2, running.sum("mpstream_streams", "state=\"started\""));
            assertEquals(3, running.sum("mpstream_viewers", "format=\"sse\""));
            assertEquals(3, running.sum("mpstream_viewers"));
            assertEquals(3, running.sum("mpstream_connections"));
            assertEquals(1, running.sum("mpstream_producer_alive"));
            assertEquals(0, running.sum(DURATION + "_count"));
            assertTrue(running.sum("mpstream_lease_age_seconds") < 20, running.text());
            Scrape producer = await(producerPort, scrape -> scrape.sum("mpstream_producer_answers", "state=\"waiting\"") == 1);
            assertEquals(2, producer.sum("mpstream_producer_answers", "state=\"running\""));
            Steps.open(gate);

            Scrape ended = await(port, scrape -> scrape.sum("mpstream_answers_total", "outcome=\"completed\"") == 3);
            assertEquals(3, ended.sum(DURATION + "_count", "gen_ai_operation_name=\"text_completion\"", "gen_ai_provider_name=\"mpstream\"", "gen_ai_request_model=\"default\""));
            assertEquals(3, ended.sum(TOKEN + "_count"));
            assertEquals(3, ended.sum("mpstream_queue_wait_seconds_count"));
            assertEquals(18, ended.sum("mpstream_text_bytes_total"));
            assertEquals(3, ended.sum("mpstream_streams", "state=\"ended\""));
            assertTrue(ended.sum("mpstream_sent_bytes_total", "format=\"sse\"") > 18 * 3, ended.text());
            assertTrue(ended.sum("mpstream_journal_bytes", "journal=\"responses\"") > 0 && ended.sum("mpstream_disk_free_bytes") > 0, ended.text());
        }
    }

    @Test
    void namesAndBucketsAreThoseOfTheConventions() {
        try (RunningServer server = start()) {
            Requests client = Requests.to(server);
            client.answer(Steps.of("say hello", "remark output_tokens 2"));
            client.get("/fail%20here");
            Scrape scrape = await(port, each -> each.sum(DURATION + "_count") == 2);
            double inf = Double.POSITIVE_INFINITY;
            assertEquals(List.of(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, inf), scrape.bounds(DURATION));
            assertEquals(List.of(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, inf), scrape.bounds(FIRST));
            assertEquals(List.of(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, inf), scrape.bounds(TOKEN));
            assertEquals(1, scrape.sum(DURATION + "_count", "error_type=\"failed\""));
            assertEquals(1, scrape.sum(FIRST + "_count"));
            assertTrue(scrape.names().containsAll(List.of("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_uptime_seconds", "process_files_open_files")),
                    scrape.names().toString());
            for (String name : scrape.labels()) {
                assertTrue(!name.contains("user") && !name.contains("stream") && !name.contains("query"), name);
            }
        }
    }

    @Test
    void delayBetweenTextAndSocketIsWhatAClientSees() throws Exception {
        String[] steps = new String[2 * STOPS + 1];
        steps[0] = "say begin;";
        for (int i = 0; i < STOPS; i++) {
            steps[2 * i + 1] = "await " + folder.resolve("gate-" + i);
            steps[2 * i + 2] = "clock";
        }
        try (RunningServer server = start(); Wire client = server.connect()) {
            client.get("/" + Wire.encode(Steps.of(steps)) + "?unit=any").head();
            assertEquals("begin;", client.chunk());
            Scrape before = await(port, scrape -> scrape.sum(LAG + "_count") == 1);
            List<Double> seen = new ArrayList<>();
            ProcessHandle streamer = server.jvm("streamer");
            for (int i = 0; i < STOPS; i++) {
                // Text that is written meanwhile is late.
                Commands.signal(streamer, "STOP");
                Steps.open(folder.resolve("gate-" + i));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STOPPED_MS));
                Commands.signal(streamer, "CONT");
                long writtenMs = Long.parseLong(client.chunk().replace(";", ""));
                seen.add((System.currentTimeMillis() - writtenMs) / 1e3);
            }
            Scrape after = await(port, scrape -> scrape.sum(LAG + "_count") == 1 + STOPS);
            List<Integer> told = new ArrayList<>();
            for (int i = 0; i < after.counts(LAG).size(); i++) {
                for (long n = after.counts(LAG).get(i) - before.counts(LAG).get(i); n > 0; n--) {
                    told.add(i);
                }
            }
            List<Double> bounds = after.bounds(LAG);
            List<Integer> expected = seen.stream().sorted().map(lag -> (int) bounds.stream().filter(bound -> bound < lag).count()).toList();
            for (int i = 0; i < STOPS; i++) {
                assertTrue(Math.abs(told.get(i) - expected.get(i)) <= 1, "seen " + seen + ", told " + after.text());
            }
        }
    }

    @Test
    void refusalsResumesAndReplaysAreCounted() {
        Path gate = folder.resolve("gate");
        try (RunningServer server = start("--queries-max", "1"); Wire viewer = server.connect(); Wire again = server.connect()) {
            Wire.Response head = viewer.ask(Steps.of("say 0123456789", "await " + gate)).head();
            await(port, scrape -> scrape.sum("mpstream_text_bytes_total") == 10);
            assertEquals(503, Requests.to(server).get("/say%20more").status());
            again.get("/v1/stream/" + head.header("Stream-Id") + "?offset=4").head();
            Scrape scrape = await(port, each -> each.sum("mpstream_replayed_bytes_total") == 6);
            assertEquals(1, scrape.sum("mpstream_resumes_total"));
            assertEquals(1, scrape.sum("mpstream_refused_total", "reason=\"overloaded\""));
            assertEquals(1, scrape.sum("mpstream_refused_total"));
            Steps.open(gate);
        }
    }

    @Test
    void clientThatDoesNotReadIsAStall() {
        try (RunningServer server = start(); Wire slow = new Wire(server.address().getPort(), 4_096)) {
            slow.ask(Steps.of("kibibytes 8192", "hang")).head();
            await(port, scrape -> scrape.sum("mpstream_stalls_total") >= 1);
        }
    }

    @Test
    void mainPortNeverHasThemAndOthersAreOffUnlessAsked() throws IOException {
        try (RunningServer server = start()) {
            assertEquals(404, Requests.to(server).get("/metrics").status());
            try (Wire wire = new Wire(port)) {
                assertEquals(404, wire.get("/").response().status());
                assertEquals(405, wire.send("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").response().status());
            }
            assertTrue(server.output().stream().anyMatch(line -> line.contains("metrics are at http://127.0.0.1:" + port + "/metrics")), server.output().toString());
        }
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo"); ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertEquals(port, free.getLocalPort(), server.output().toString());
        }
    }

    @Test
    void portThatIsInUseIsToldInOneLine() throws IOException {
        try (ServerSocket busy = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            for (String option : List.of("--metrics-port", "--producer-metrics-port")) {
                try (RunningServer server = RunningServer.run(folder, java.util.Map.of("MPSTREAM_SERVER_PORT", "0"), option, Integer.toString(busy.getLocalPort()))) {
                    assertEquals(2, server.awaitExit(), server.output().toString());
                    assertEquals(List.of("mpstream: port " + port + " for metrics is in use; choose another with " + option), server.said());
                }
            }
        }
    }

    @Test
    void oneProcessTellsBoth() {
        try (RunningServer server = start("--single")) {
            Requests.to(server).answer("say hello");
            await(port, scrape -> scrape.sum("mpstream_answers_total") == 1);
            assertTrue(Scrape.of(producerPort).sum("mpstream_producer_entries_total") > 0);
        }
    }
}
