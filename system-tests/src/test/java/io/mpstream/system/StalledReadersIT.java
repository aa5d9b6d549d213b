package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Hundreds who ask for megabytes, each their own, and never read ({@code -Dstalled=1000} for so many): what that costs the streamer, and one who
 * only asks for a word.
 */
@Timeout(180)
@Isolated("it measures what stalled readers do to others")
class StalledReadersIT {
    private static final int READERS = Integer.getInteger("stalled", 400);
    private static final int SMALL_BYTES = 4_096;
    private static final String FAST = "/kibibytes%204096?unit=any";
    private static final int CHARACTERS = 4 * 1024 * 64 * 15;
    /** It is 50 to 60 here; the heap does not grow by the same everywhere. */
    private static final long GROWTH_BYTES_MAX = 96L << 20;
    private static final int READ_BEFORE = 60;
    private static final int ASKED_MEANWHILE = 100;
    private static final int CALM_TICKS = 20;

    @TempDir
    Path folder;

    @Test
    void stalledReadersCostLittleAndNobodyElseAnything() {
        try (RunningServer server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", Steps.responder())) {
            readSome(server);
            Bystander.Times before = Bystander.alone(server, "say x");
            Footprint streamer = Footprint.ofStreamer(server);
            long memory = streamer.anonymousBytes();
            long files = streamer.files();
            List<Wire> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < READERS; i++) {
                    stalled.add(new Wire(server.address().getPort(), SMALL_BYTES).get(FAST));
                }
                awaitCalm(streamer, new Footprint(server.jvm("producer").pid()));
                Bystander.Times during = Bystander.times(server, "say x", ASKED_MEANWHILE);
                long grown = streamer.anonymousBytes() - memory;
                System.out.println("StalledReadersIT: before " + before + "; during " + during + "; the streamer grew by " + (grown >> 20) + " MiB");
                assertTrue(during.isWithin(before, 4, 10), "before " + before + "; during " + during);
                assertTrue(grown < GROWTH_BYTES_MAX, "grew by " + (grown >> 20) + " MiB");
                // Any of them may change its mind.
                Wire.Response response = stalled.getFirst().response();
                assertTrue(response.isWhole());
                assertEquals(CHARACTERS + 1, response.body().length());
            } finally {
                stalled.forEach(Wire::close);
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> streamer.files() <= files + 10);
        }
    }

    /** What it keeps because of the work, it keeps before. */
    private static void readSome(RunningServer server) {
        for (int i = 0; i < READ_BEFORE; i++) {
            try (Wire wire = server.connect()) {
                assertTrue(wire.get(FAST).response().isWhole());
            }
        }
    }

    /** All has been written that sockets and journal take. */
    private static void awaitCalm(Footprint streamer, Footprint producer) {
        long[] ticks = {Long.MIN_VALUE};
        Awaitility.await().atMost(90, TimeUnit.SECONDS).pollDelay(1, TimeUnit.SECONDS).pollInterval(1, TimeUnit.SECONDS).until(() -> {
            long before = ticks[0];
            ticks[0] = streamer.ticks() + producer.ticks();
            return ticks[0] - before < CALM_TICKS && before != Long.MIN_VALUE;
        });
    }
}
