package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that cannot go on for a while: stopped, short of descriptors, or busy with loading. */
@Order(1)
class StandstillIT {
    private static final int STOPPED_S = 8;

    @TempDir
    Path folder;

    private static boolean says(RunningServer server, String text) {
        return server.output().stream().anyMatch(line -> line.contains(text));
    }

    private static void stop(Stream<ProcessHandle> processes) {
        List<ProcessHandle> all = processes.toList();
        all.forEach(each -> Commands.signal(each, "STOP"));
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(STOPPED_S));
        all.forEach(each -> Commands.signal(each, "CONT"));
    }

    @Test
    void timeInWhichNobodyRanCountsAgainstNobody() throws IOException {
        Path gate = folder.resolve("gate");
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder(), "--producer-grace", "3s", "--on-disconnect", "4s");
                Viewer reader = new Viewer(server, Shape.LINES); Viewer leaver = new Viewer(server, Shape.LINES)) {
            String query = Steps.of("say x", "await " + gate, "say y");
            reader.ask(query).until(1);
            leaver.ask(query).until(1);
            leaver.cut(false);
            stop(Stream.of(server.jvm("streamer"), server.jvm("producer")));
            // Whoever left had 4 s to come back, and has had less.
            leaver.comeBack();
            stop(Stream.of(server.jvm("streamer")));
            Steps.open(gate);
            for (Viewer viewer : List.of(reader, leaver)) {
                assertEquals("xy", viewer.all().text());
                assertEquals("completed", viewer.outcome());
                assertEquals(List.of(), viewer.got().events("interrupted"));
            }
            assertTrue(says(server, "did not run for"));
        }
    }

    @Test
    void processKeepsDescriptorsForItself() throws Exception {
        int port = RunningServer.freePort();
        Path log = folder.resolve("log.txt");
        Process server = new ProcessBuilder("bash", "-c", "ulimit -n 260; export MPSTREAM_JAVA_OPTS=-Dmpstream.roll-cycle=TEST_SECONDLY; exec bash '" + RunningServer.RUN_SH + "' --server-port " + port + " --interval 100ms --max-gen-len 120")
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        List<Wire> wires = new ArrayList<>();
        try {
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Files.readString(log).contains("is ready at"));
            assertTrue(Files.readString(log).contains("connections are taken at once, not --connections-max 20000"), Files.readString(log));
            for (int i = 0; i < 20; i++) {
                Wire viewer = new Wire(port);
                wires.add(viewer);
                assertEquals(200, viewer.ask("viewer " + i).head().status());
            }
            for (int i = 0; i < 400; i++) {
                // Those beyond the limit wait to be let in.
                wires.add(new Wire(port));
            }
            List<ProcessHandle> jvms = server.descendants().filter(each -> each.info().command().orElse("").endsWith("java")).toList();
            for (int i = 0; i < 20; i++) {
                StringBuilder text = new StringBuilder();
                for (String chunk = wires.get(i).chunk(); !chunk.isEmpty(); chunk = wires.get(i).chunk()) {
                    text.append(chunk);
                }
                assertTrue(text.toString().endsWith("Message 119. \n"), text.toString());
            }
            assertEquals(2, jvms.size());
            assertTrue(jvms.stream().allMatch(ProcessHandle::isAlive));
            assertFalse(Files.readString(log).contains("is started again"), Files.readString(log));
        } finally {
            wires.forEach(Wire::close);
            server.destroy();
            assertTrue(server.waitFor(40, TimeUnit.SECONDS));
        }
    }

    @Test
    void producerThatIsBeingLoadedIsNotAway() throws Exception {
        Path gate = folder.resolve("gate");
        Path slow = Files.writeString(folder.resolve("Slow.java"), """
                import io.mpstream.responder.Query;
                import io.mpstream.responder.*;
                import java.nio.file.*;
                public class Slow implements Responder {
                    public Slow() throws InterruptedException { while (!Files.exists(Path.of("GATE"))) Thread.sleep(10); }
                    public void respond(Query query, Reply reply) { reply.write("loaded"); }
                }
                """.replace("GATE", gate.toString()));
        int port = RunningServer.freePort();
        RunningServer server = RunningServer.run(folder, Map.of(), "--server-port", Integer.toString(port), "--responder", slow.toString(), "--producer-grace", "1s",
                "--drain-timeout", "0s");
        try (server) {
            Wire wire = connect(port);
            try (wire) {
                // Before, none is there; whoever waits for longer than the grace is told so.
                try (Wire probe = connect(port)) {
                    Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> probe.get("/readyz").response().body().contains("loading its responder"));
                }
                wire.send("GET /hi HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n");
                Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> says(server, "mpstream: the producer is not ready yet, after 10 s"));
                Steps.open(gate);
                String body = wire.response().body();
                assertTrue(body.contains("\"text\":\"loaded\"") && !body.contains("interrupted"), body);
            }
        }
    }

    /** As soon as somebody listens. */
    private static Wire connect(int port) {
        return Awaitility.await().atMost(20, TimeUnit.SECONDS).ignoreExceptions().until(() -> new Wire(port), wire -> true);
    }

    @Test
    void readsOfAllFilesTakeNothingFromAnybody() throws IOException {
        try (RunningServer server = RunningServer.start(folder, "--responder", "echo")) {
            for (int i = 0; i < 100; i++) {
                try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
                    for (Path file : files.filter(each -> !Files.isDirectory(each)).toList()) {
                        assertTrue(Files.isRegularFile(file), file + " is something that a reader may wait for");
                        if (Files.size(file) < 4096) {
                            Files.readAllBytes(file);
                        }
                    }
                }
                long startNs = System.nanoTime();
                try (Wire wire = server.connect()) {
                    assertEquals("q" + i + "\n", wire.ask("q" + i).response().body());
                }
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(1));
            }
        }
    }
}
