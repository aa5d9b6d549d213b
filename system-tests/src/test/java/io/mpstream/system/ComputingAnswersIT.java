package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Answers that compute and do not care for others. */
@Isolated("it takes all processors, and measures who gets them nevertheless")
class ComputingAnswersIT {
    private static final int COMPUTING = 4;
    private static final int BEATING = 1_000;
    private static final int SECONDS = 10;
    private static final long GAP_MAX_MS = 300;
    private static final long START_MAX_MS = 300;

    @TempDir
    Path folder;

    @Test
    void answersThatComputeForEverStopNoOthers() {
        try (RunningServer server = start()) {
            Requests requests = Requests.to(server);
            assertEquals("warm", requests.answer("warm"));
            for (int i = 0; i < BEATING; i++) {
                requests.ask("beat " + i);
            }
            // From now on none of the processors is left to the others, had they to wait for those to return.
            for (int i = 0; i < COMPUTING; i++) {
                requests.ask("compute " + i);
            }
            requests.answer("forget");
            long longestMs = 0;
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            for (int i = 0; System.nanoTime() < endNs; i++) {
                long askedNs = System.nanoTime();
                assertEquals("new " + i, requests.answer("new " + i));
                longestMs = Math.max(longestMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNs));
            }
            String[] gaps = requests.answer("gaps").split(" ");
            System.out.println("ComputingAnswersIT: gaps of " + String.join(" / ", gaps) + " ms, the slowest new answer after " + longestMs + " ms");
            assertTrue(Integer.parseInt(gaps[0]) > BEATING * SECONDS * 5, gaps[0] + " writes");
            assertTrue(Long.parseLong(gaps[1]) <= GAP_MAX_MS, gaps[1] + " ms");
            assertTrue(longestMs <= START_MAX_MS, longestMs + " ms");
        }
    }

    @Test
    void firstQueryAfterAnswersThatComputeIsAnswered() {
        try (RunningServer server = start()) {
            Requests requests = Requests.to(server);
            for (int i = 0; i < COMPUTING; i++) {
                requests.ask("compute " + i);
            }
            assertEquals("then", requests.answer("then"));
        }
    }

    @Test
    @Tag("long")
    void cancelledAnswerThatComputesOnIsNamedUntilItReturns() {
        try (RunningServer server = start(new Shortened(Bound.STRAGGLER, "2s").asShipped())) {
            Requests requests = Requests.to(server);
            String stream = requests.ask("compute");
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> "started".equals(requests.head("/v1/stream/" + stream).header("Stream-State")));
            assertEquals(204, requests.delete("/v1/stream/" + stream).status());
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> tells(server, "WARN", stream + " has not returned", "Computing.compute(Computing.java:"));
            requests.answer("release");
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> tells(server, "INFO", stream + " has returned"));
        }
    }

    private static boolean tells(RunningServer server, String... words) {
        return server.output().stream().anyMatch(line -> {
            for (String word : words) {
                if (!line.contains(word)) {
                    return false;
                }
            }
            return true;
        });
    }

    private RunningServer start() {
        return start(RunningServer.AS_SHIPPED);
    }

    private RunningServer start(Map<String, String> environment) {
        return RunningServer.start(folder, environment, "--responder", responder(), "--on-disconnect", "continue", "--user-streams-max", "0", "--user-asks-max", "0");
    }

    private static String responder() {
        try {
            return Path.of(ComputingAnswersIT.class.getResource("/Computing.java").toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
