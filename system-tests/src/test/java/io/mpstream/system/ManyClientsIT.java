package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Many clients at once, none of whom ever sees a byte of another's answer. */
@Isolated("a thousand clients are to keep pace")
class ManyClientsIT {
    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", Steps.responder());
    }

    @Test
    void fiveHundredClientsEachGetTheirOwnAnswer() throws Exception {
        together(500, client -> "number 0 10 20 客户" + client + "号",
                client -> numbered(10, "客户" + client + "号"));
    }

    @Test
    void aThousandClientsWithTwentySegmentsASecondEach() throws Exception {
        long startNs = System.nanoTime();
        together(1_000, client -> "number 0 60 50 client " + client + " segment ",
                client -> numbered(60, "client " + client + " segment "));
        // Three seconds of answers: had the server fallen behind, it would have taken much longer.
        assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(12));
    }

    private static String numbered(int count, String prefix) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(prefix).append(i).append(';');
        }
        return text.append('\n').toString();
    }

    private static void together(int clients, IntFunction<String> query, IntFunction<String> answer) throws Exception {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Wire.Response>> responses = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String text = query.apply(i);
                responses.add(each.submit(() -> {
                    try (Wire wire = server.connect()) {
                        return wire.ask(text).response();
                    }
                }));
            }
            for (int i = 0; i < clients; i++) {
                Wire.Response response = responses.get(i).get();
                assertEquals(200, response.status());
                assertTrue(response.isWhole());
                assertEquals(answer.apply(i), response.body());
            }
        }
    }
}
