package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand who ask for megabytes, each their own, and never read: what that costs the streamer, and one who only asks for a word. */
@Timeout(120)
class StalledReadersIT {
    private static final int READERS = Integer.getInteger("stalled", 1_000);
    private static final int SMALL_BYTES = 4_096;
    private static final int MEGABYTES = 2;
    private static final long GROWTH_BYTES_MAX = 128L << 20;
    private static final int ASKED_MEANWHILE = 50;

    @TempDir
    Path folder;

    @Test
    void stalledReadersCostLittleAndNobodyElseAnything() {
        try (RunningServer server = RunningServer.start(folder, "--responder", Scripts.file().toString(), "--ahead-bytes", "64KiB")) {
            Bystander.Times before = Bystander.alone(server, "say x");
            Footprint streamer = Footprint.ofStreamer(server);
            long memory = streamer.anonymousBytes();
            long files = streamer.files();
            List<Wire> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < READERS; i++) {
                    stalled.add(new Wire(server.address().getPort(), SMALL_BYTES).get("/megabytes%20" + MEGABYTES + "?unit=any"));
                }
                Bystander.Times during = Bystander.times(server, "say x", ASKED_MEANWHILE);
                long grown = streamer.anonymousBytes() - memory;
                System.out.println("StalledReadersIT: before " + before + "; during " + during + "; the streamer grew by " + (grown >> 20) + " MiB");
                assertTrue(during.isWithin(before, 4, 50), "before " + before + "; during " + during);
                assertTrue(grown < GROWTH_BYTES_MAX, "grew by " + (grown >> 20) + " MiB");
            } finally {
                stalled.forEach(Wire::close);
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> streamer.files() <= files + 10);
        }
    }
}
