package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Durable Streams as others have it: their client for JavaScript, unchanged, and their tests of servers, as far as these read. */
@Order(1)
@Timeout(600)
class DurableStreamsClientIT {
    private static final Shortened POLL = new Shortened(Bound.POLL, "2s");
    private static final List<String> MODES = List.of("no", "auto", "long-poll", "sse");
    private static final int TESTS = 338;
    /** Those that are about reading: all that {@code durable-excluded.txt} does not name. */
    private static final int READING_TESTS = 86;

    @TempDir
    Path folder;

    @Test
    void clientReadsEveryModeOverKills() throws Exception {
        ClientProgram.assumeModule("@durable-streams/client");
        Script script = new Script(7, 600, 10, 2, Script.Mode.COMPLETES);
        try (RunningServer server = RunningServer.start(folder, Map.of("MPSTREAM_JAVA_OPTS", ScriptResponder.javaOptions(folder)), ScriptResponder.options(true).toArray(String[]::new))) {
            String url = url(server, script);
            List<ClientProgram> readers = MODES.stream().map(mode -> ClientProgram.module("durable.mjs", url, mode)).toList();
            try {
                flow(readers, () -> { });
                for (String role : List.of("streamer", "producer", "streamer")) {
                    flow(readers, () -> server.kill(role));
                }
                Files.delete(folder.resolve(ScriptResponder.HOLD));
                for (int i = 0; i < MODES.size(); i++) {
                    String expected = script.text(script.pieces()) + "[closed]\n";
                    String got = readers.get(i).whole();
                    // A line of an event cannot hold a carriage return; what was there first came as it is.
                    boolean isExact = !MODES.get(i).equals("sse");
                    assertEquals(isExact ? expected : lines(expected), isExact ? got : lines(got), MODES.get(i));
                }
            } finally {
                readers.forEach(ClientProgram::close);
            }
            String failed = url(server, new Script(8, 5, 5, 2, Script.Mode.FAILS));
            for (String mode : MODES) {
                try (ClientProgram reader = ClientProgram.module("durable.mjs", failed, mode)) {
                    String told = reader.whole();
                    assertEquals("409", told.replaceAll("(?s).*\\[FetchError (\\d+) the answer failed: .*]\n", "$1"), told);
                }
            }
        }
    }

    private static String url(RunningServer server, Script script) {
        return server.address() + "/v1/durable/v1/stream/" + Requests.to(server).ask(script.query());
    }

    /** Lets text flow, does something while it does, stops it, and waits until all have what there is. */
    private void flow(List<ClientProgram> readers, Runnable meanwhile) throws IOException {
        Path hold = folder.resolve(ScriptResponder.HOLD);
        List<Integer> had = readers.stream().map(reader -> reader.output().length()).toList();
        Files.deleteIfExists(hold);
        await(() -> IntStream.range(0, readers.size()).anyMatch(i -> readers.get(i).output().length() > had.get(i)));
        meanwhile.run();
        Files.createFile(hold);
        await(() -> readers.stream().map(reader -> lines(reader.output())).distinct().count() == 1);
    }

    private static void await(Callable<Boolean> isSo) {
        Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(10, TimeUnit.MILLISECONDS).until(isSo);
    }

    private static String lines(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    @Test
    void suiteOfTheProtocolPassesAsFarAsItReads() throws IOException {
        ClientProgram.assumeModule("@durable-streams/server-conformance-tests");
        try (RunningServer server = RunningServer.start(folder, POLL.environment(), "--responder", DictatedResponder.class.getName(), "--on-disconnect", "continue",
                "--cors-origin", "https://example.com"); DurableShim shim = new DurableShim(server)) {
            String excluded = Files.readAllLines(ClientProgram.source("durable-excluded.txt")).stream().filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.joining("|", "^(?!.*(?:", "))"));
            Path report = folder.resolve("suite.json");
            try (ClientProgram suite = ClientProgram.vitest("durable.test.mjs", Map.of("DURABLE_URL", shim.url()), "--testNamePattern", excluded, "--reporter=json", "--outputFile=" + report)) {
                suite.exit(300);
                JsonNode results = Rebuilt.JSON.readTree(Files.readString(report));
                List<String> failed = new ArrayList<>();
                results.get("testResults").forEach(file -> file.get("assertionResults").forEach(test -> {
                    if (test.get("status").asString().equals("failed")) {
                        failed.add(test.get("fullName").asString() + " " + test.get("failureMessages"));
                    }
                }));
                assertEquals(List.of(), failed);
                assertEquals(READING_TESTS + " of " + TESTS, results.get("numPassedTests").asInt() + " of " + results.get("numTotalTests").asInt());
            }
        }
    }
}
