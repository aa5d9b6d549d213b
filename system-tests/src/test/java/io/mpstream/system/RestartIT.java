package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed while clients watch. */
@Order(1)
class RestartIT {
    @TempDir
    Path folder;

    @Test
    void streamerThatIsKilledInTheMiddleLosesNotACharacter() throws Exception {
        try (RunningServer server = start()) {
            Shape[] shapes = Shape.values();
            Path gate = folder.resolve("gate");
            CountDownLatch running = new CountDownLatch(shapes.length);
            Together.play(shapes.length + 1, i -> {
                if (i == shapes.length) {
                    assertTrue(running.await(30, TimeUnit.SECONDS));
                    server.kill("streamer");
                    Steps.open(gate);
                    return;
                }
                Path asked = folder.resolve("asked-" + i);
                try (Viewer viewer = new Viewer(server, shapes[i])) {
                    viewer.ask(Steps.of("note " + asked, "number 0 75 20 中é", "await " + gate, "number 75 150 20 中é")).until(100);
                    running.countDown();
                    viewer.whatever();
                    assertEquals(Steps.numbers(0, 150).replaceAll("(\\d+;)", "中é$1"), viewer.text());
                    assertEquals("completed", viewer.outcome());
                }
                assertEquals(1, Steps.noted(asked));
            });
        }
    }

    @Test
    void browserComesBackOnThePathThatItAskedOn() {
        Path asked = folder.resolve("asked");
        String query = Steps.of("note " + asked, "number 0 100 20");
        try (RunningServer server = start(); Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            viewer.ask(query).until(20);
            server.kill("streamer");
            viewer.all();
            viewer.got().lost();
            String last = "Last-Event-ID: " + ((RebuiltEvents) viewer.got()).lastId();
            Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreException(java.io.UncheckedIOException.class).until(() -> viewer.ask(query, "", last) != null);
            viewer.all();
            assertEquals(Steps.numbers(0, 100), viewer.text());
            assertEquals("completed", viewer.outcome());
            assertEquals(1, Steps.noted(asked));
        }
    }

    @Test
    void queryThatWaitedWhenTheStreamerWasKilledIsAnswered() {
        assertWaitingQueryIsAnswered("streamer");
    }

    @Test
    void queryThatWaitedWhenBothWereKilledIsAnswered() {
        assertWaitingQueryIsAnswered("producer", "streamer");
    }

    /** With one place: the first holds it, the second has begun nothing when the processes are killed. */
    private void assertWaitingQueryIsAnswered(String... killed) {
        Path gate = folder.resolve("gate");
        Path asked = folder.resolve("asked");
        Path ended = folder.resolve("ended");
        try (RunningServer server = start("--concurrency", "1"); Viewer done = new Viewer(server, Shape.TEXT);
                Viewer first = new Viewer(server, Shape.LINES); Viewer second = new Viewer(server, Shape.EVENTS)) {
            done.ask(Steps.of("note " + ended, "say done 中")).all();
            first.ask(Steps.of("say before;", "await " + gate, "say after")).until(7);
            second.ask(Steps.of("note " + asked, "say second")).head();
            String waiting = second.stream();
            for (String role : killed) {
                server.kill(role);
            }
            for (Viewer viewer : List.of(first, second)) {
                viewer.all();
                viewer.got().lost();
                viewer.comeBackSoon();
            }
            assertEquals(waiting, second.response().header("Stream-Id"));
            Steps.open(gate);
            first.whatever();
            boolean isProducerKilled = killed.length > 1;
            assertEquals(isProducerKilled ? "before;" : "before;after", first.text());
            assertEquals(isProducerKilled ? "failed" : "completed", first.outcome());
            second.whatever();
            assertEquals("second", second.text());
            assertEquals("completed", second.outcome());
            assertEquals(1, Steps.noted(asked));
            try (Viewer again = new Viewer(server, Shape.JSON_EVENTS)) {
                again.follow(done.stream(), "").all();
                assertEquals("done 中", again.text());
                assertEquals("completed", again.outcome());
                assertEquals(done.got().sha256(), again.got().sha256());
            }
            assertEquals(1, Steps.noted(ended));
        }
    }

    @Test
    void whatHappensWithoutReadersTravelsWithTheQuery() {
        Path goesOn = folder.resolve("goes-on");
        Path byDefault = folder.resolve("by-default");
        Path atOnce = folder.resolve("at-once");
        Path after = folder.resolve("after");
        Path gate = folder.resolve("gate");
        try (RunningServer server = start("--on-disconnect", "1s"); Viewer first = new Viewer(server, Shape.TEXT);
                Viewer second = new Viewer(server, Shape.EVENTS); Viewer third = new Viewer(server, Shape.LINES)) {
            first.ask(Steps.of("told " + goesOn, "say x", "await " + gate, "note " + after, "say y"), "on-disconnect=continue").until(1);
            second.ask(Steps.of("told " + byDefault, "say x", "hang")).until(1);
            third.ask(Steps.of("told " + atOnce, "say x", "hang"), "on-disconnect=cancel").until(1);
            server.kill("streamer");
            first.all();
            Steps.awaitCancelled(byDefault);
            Steps.awaitCancelled(atOnce);
            assertFalse(Files.exists(goesOn));
            Steps.open(gate);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Steps.noted(after) == 1);
            first.whatever();
            assertEquals("xy", first.text());
            assertEquals("completed", first.outcome());
        }
    }

    private RunningServer start(String... more) {
        List<String> args = new java.util.ArrayList<>(List.of("--responder", Steps.responder()));
        args.addAll(List.of(more));
        return RunningServer.start(folder, args.toArray(String[]::new));
    }
}
