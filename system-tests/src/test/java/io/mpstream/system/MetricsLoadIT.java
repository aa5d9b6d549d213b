package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Metrics of a streamer that has much to do: they take no longer, and are no more. */
@Isolated("thousands of streams, and how long a look at them takes")
class MetricsLoadIT {
    private static final int STREAMS = Integer.getInteger("streams", 1_000);
    private static final int SCRAPES = 20;
    private static final long SCRAPE_MS_MAX = 50;
    private static final int BYTES_MAX = 200_000;

    @TempDir
    Path folder;

    @Test
    void manyStreamsAreToldQuicklyAndInShort() {
        int port = RunningServer.freePort();
        List<Wire> clients = new ArrayList<>();
        try (RunningServer server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--metrics-port", Integer.toString(port), "--responder", Steps.responder())) {
            for (int i = 0; i < STREAMS; i++) {
                clients.add(server.connect().ask("number 0 1000000 200"));
            }
            Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(100, TimeUnit.MILLISECONDS)
                    .until(() -> Scrape.of(port).sum("mpstream_streams", "state=\"started\"") == STREAMS);
            long bestNs = Long.MAX_VALUE;
            int bytes = 0;
            for (int i = 0; i < SCRAPES; i++) {
                long beganNs = System.nanoTime();
                bytes = Scrape.of(port).text().getBytes(StandardCharsets.UTF_8).length;
                bestNs = Math.min(bestNs, System.nanoTime() - beganNs);
            }
            System.out.println("MetricsLoadIT: " + STREAMS + " streams in " + bytes + " bytes, " + TimeUnit.NANOSECONDS.toMicros(bestNs) + " µs at best");
            assertTrue(bestNs <= TimeUnit.MILLISECONDS.toNanos(SCRAPE_MS_MAX), bestNs + " ns");
            assertTrue(bytes <= BYTES_MAX, bytes + " bytes");
        } finally {
            clients.forEach(Wire::close);
        }
    }
}
