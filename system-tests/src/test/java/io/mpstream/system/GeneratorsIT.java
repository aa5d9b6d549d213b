package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generators that are no Java under one run.sh: commands, workers, an upstream; kills of the producer. */
class GeneratorsIT {
    private static final String TEXT = "0123456789中é😀-".repeat(20);
    /** Says the text a character after the other, from where it is told to go on. */
    private static final String WORKER = """
            import json, sys, time
            def say(**message):
                sys.stdout.write(json.dumps(message) + "\\n")
                sys.stdout.flush()
            say(ready=True, resumable=True)
            for line in sys.stdin:
                ask = json.loads(line).get("ask")
                if ask:
                    for c in ask["query"][len(ask.get("textSoFar", "")):]:
                        say(stream=ask["stream"], text=c)
                        time.sleep(0.005)
                    say(stream=ask["stream"], end={"outcome": "completed"})
            """;

    @TempDir
    Path folder;

    @Test
    void commandsOfAKilledProducerAreGone() {
        try (RunningServer server = RunningServer.start(folder, "--responder", "exec", "--exec", "sh -c 'sleep 301 & echo $$ $!; wait'");
                Viewer viewer = new Viewer(server, Shape.LINES)) {
            viewer.ask("q").until(() -> viewer.text().endsWith("\n"));
            String[] pids = viewer.text().strip().split(" ");
            server.kill("producer");
            for (String pid : pids) {
                Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
            }
            viewer.all();
            assertEquals("failed", viewer.outcome());
        }
    }

    @Test
    void silentCommandsHoldUpNobody() throws Exception {
        int silent = 300;
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo=echo", "--responder", "slow=exec", "--exec", "sleep 302", "--exec-max",
                Integer.toString(silent + 10), "--on-disconnect", "continue", "--user-asks-max", "0", "--user-streams-max", "0")) {
            Requests requests = Requests.to(server);
            for (int i = 0; i < silent; i++) {
                assertEquals(201, requests.post("/v1/streams?responder=slow", "{'query':'" + i + "'}").status());
            }
            for (int i = 0; i < 50; i++) {
                long startNs = System.nanoTime();
                assertEquals("hey", requests.get("/hey?unit=any").body().strip());
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(5));
            }
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> children(server) == silent);
        }
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 302")).findAny().isEmpty());
    }

    private static long children(RunningServer server) {
        return server.jvm("producer").children().filter(child -> child.info().commandLine().orElse("").endsWith("sleep 302")).count();
    }

    @Test
    void workerGoesOnAfterAKillOfTheProducer() throws IOException {
        Path script = Files.writeString(folder.resolve("worker.py"), WORKER);
        killInTheMiddle("--responder", "exec", "--exec", "python3 " + script, "--exec-mode", "worker");
    }

    @Test
    void upstreamGoesOnAfterAKillOfTheProducer() throws IOException {
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            upstream.setExecutor(threads);
            upstream.createContext("/v1/chat/completions", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                Matcher said = Pattern.compile("\"role\":\"assistant\",\"content\":\"([^\"]*)\"").matcher(body);
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream out = exchange.getResponseBody()) {
                    complete(said.find() && body.contains("\"continue_final_message\":true") ? said.group(1).length() : 0, out);
                } catch (IOException | InterruptedException e) {
                    // The producer was killed.
                    return;
                }
            });
            upstream.start();
            killInTheMiddle("--responder", "openai", "--upstream", "http://127.0.0.1:" + upstream.getAddress().getPort() + "/v1", "--upstream-continue", "vllm");
        } finally {
            upstream.stop(0);
        }
    }

    private static void complete(int from, OutputStream out) throws IOException, InterruptedException {
        for (int at = from; at < TEXT.length(); at = TEXT.offsetByCodePoints(at, 1)) {
            String c = TEXT.substring(at, TEXT.offsetByCodePoints(at, 1));
            out.write(("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + c + "\"},\"finish_reason\":null}]}\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            Thread.sleep(5);
        }
        out.write("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private void killInTheMiddle(String... args) {
        try (RunningServer server = RunningServer.start(folder, args); Viewer viewer = new Viewer(server, Shape.LINES)) {
            viewer.ask(TEXT).until(() -> viewer.text().length() > TEXT.length() / 3);
            server.kill("producer");
            viewer.all();
            assertEquals(TEXT, viewer.text());
            assertEquals("completed", viewer.outcome());
        }
    }
}
