package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** One feed and thousands who watch it, some of whom stop reading. */
@Isolated("thousands of viewers, and what they cost")
class CrowdIT {
    private static final int VIEWERS = Integer.getInteger("viewers", 5_000);
    /** One in so many stops reading. */
    private static final int STALLED_OF = 10;
    /** One in so many of those begins with the history, which is more than all buffers below the server hold: the server feels it. */
    private static final int LATE_OF = 12;
    private static final int TEXT_LENGTH = 400;
    private static final int HISTORY = 15_000;
    private static final int SECONDS = 30;
    private static final int TEXTS_A_SECOND = 10;
    private static final long LENGTH = (long) (HISTORY + SECONDS * TEXTS_A_SECOND) * TEXT_LENGTH;
    private static final List<Shape> SHAPES = List.of(Shape.TEXT, Shape.EVENTS, Shape.LINES);
    private static final int SMALL_BYTES = 4_096;
    private static final long FLAT_BYTES = 64L << 20;

    @TempDir
    Path folder;

    @Test
    void stalledViewersCostNobodyAnythingAndMissNothing() throws IOException {
        Path gate = folder.resolve("gate");
        String query = Steps.of("feed 0 " + HISTORY + " 0 " + TEXT_LENGTH, "await " + gate,
                "feed " + HISTORY + " " + (HISTORY + SECONDS * TEXTS_A_SECOND) + " " + 1_000 / TEXTS_A_SECOND + " " + TEXT_LENGTH, "hang");
        try (RunningServer server = RunningServer.start(folder, RunningServer.AS_SHIPPED, "--responder", Steps.responder(), "--feed", "crowd=" + query,
                "--ahead-bytes", "64KiB", "--memory-bytes", "1MiB")) {
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> offset(server) == (long) HISTORY * TEXT_LENGTH);
            try (Crowd crowd = new Crowd(server, "/v1/feed/crowd", TEXT_LENGTH)) {
                play(server, crowd, gate);
            }
        }
    }

    private static void play(RunningServer server, Crowd crowd, Path gate) throws IOException {
        List<Crowd.Member> stalled = new ArrayList<>();
        List<Crowd.Member> others = new ArrayList<>();
        for (int i = 0; i < VIEWERS; i++) {
            boolean isStalled = i % STALLED_OF == 0;
            boolean isLate = isStalled && i / STALLED_OF % LATE_OF == 0;
            Crowd.Member member = crowd.join(SHAPES.get(i / STALLED_OF % SHAPES.size()), isLate ? 0 : -1, isStalled ? SMALL_BYTES : 0);
            (isStalled ? stalled : others).add(member);
        }
        crowd.until(() -> crowd.members().stream().allMatch(Crowd.Member::hasHead), 60);
        stalled.forEach(Crowd.Member::stall);
        Steps.open(gate);
        long startNs = System.nanoTime();
        crowd.until(() -> secondsSince(startNs) >= 10, 20);
        long atTen = memory(server);
        crowd.until(() -> secondsSince(startNs) >= SECONDS, 40);
        long atThirty = memory(server);
        crowd.until(() -> others.stream().allMatch(member -> member.place() == LENGTH), 60);
        System.out.println("CrowdIT: all had all after " + secondsSince(startNs) + " s; the streamer had " + (atTen >> 20) + " MiB after 10 s, " + (atThirty >> 20) + " MiB after 30 s");
        assertTrue(atThirty - atTen < FLAT_BYTES, "the streamer's memory grew from " + atTen + " to " + atThirty);
        assertTrue(stalled.stream().anyMatch(member -> member.place() < LENGTH));
        for (int i = 0; i < stalled.size(); i++) {
            if (i / LATE_OF % 2 == 0) {
                stalled.get(i).readOn();
            } else if (stalled.get(i).place() >= 0) {
                stalled.get(i).resume();
            } else {
                stalled.get(i).readOn();
            }
        }
        crowd.until(() -> stalled.stream().allMatch(member -> member.place() == LENGTH), 60);
    }

    private static long secondsSince(long startNs) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);
    }

    private static long offset(RunningServer server) {
        try (Wire wire = server.connect()) {
            Wire.Response head = wire.send("HEAD /v1/feed/crowd HTTP/1.1\r\nHost: localhost\r\n\r\n").head();
            return head.status() == 200 ? Long.parseLong(head.header("Stream-Offset")) : -1;
        }
    }

    /** What the streamer has of the machine's memory, the kernel says. Its journals are files that are mapped: they do not count. */
    private static long memory(RunningServer server) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(server.jvm("streamer").pid()), "status"))) {
            String line = lines.filter(each -> each.startsWith("RssAnon:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
    }
}
