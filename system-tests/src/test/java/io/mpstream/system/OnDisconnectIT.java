package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of an answer whose viewers leave. */
class OnDisconnectIT {
    private static final List<Shape> SHAPES = List.of(Shape.CHARACTERS, Shape.EVENTS, Shape.LINES);

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--on-disconnect", "1s");
    }

    @Test
    void answerGoesOnWhileAnyoneReadsItInAnyFormat() throws Exception {
        Together.play(SHAPES.size(), last -> {
            Path told = folder.resolve("told-" + last);
            List<Viewer> viewers = new ArrayList<>();
            try (Viewer asker = new Viewer(server, Shape.TEXT)) {
                asker.ask(Steps.of("told " + told, "number 0 100000 50")).until(2);
                for (Shape shape : SHAPES) {
                    viewers.add(new Viewer(server, shape).follow(asker.stream(), "").until(2));
                }
            }
            Viewer stays = viewers.remove(last);
            for (int i = 0; i < viewers.size(); i++) {
                viewers.get(i).cut(i == 0);
            }
            // Three times as long as it would go on without.
            stays.until(stays.got().offset() + 200);
            assertFalse(Files.exists(told));
            stays.cut(false);
            Steps.awaitCancelled(told);
            try (Viewer late = new Viewer(server, SHAPES.get(last))) {
                late.follow(stays.stream(), "").all();
                assertEquals("cancelled", late.outcome());
            }
        });
    }

    @Test
    void whoComesBackInTimeFindsItRunning() throws Exception {
        Together.play(SHAPES.size(), i -> {
            Path told = folder.resolve("back-" + i);
            try (Viewer viewer = new Viewer(server, SHAPES.get(i))) {
                viewer.ask(Steps.of("told " + told, "number 0 100 40"), "on-disconnect=3s").until(2);
                while (viewer.outcome() == null) {
                    viewer.cut(true);
                    viewer.comeBack();
                    long next = viewer.got().offset() + 40;
                    while (viewer.got().offset() < next && viewer.read(Integer.MAX_VALUE)) {
                        // On.
                    }
                }
                assertEquals(Steps.numbers(0, 100), viewer.text());
                assertEquals("completed", viewer.outcome());
                assertFalse(Files.exists(told));
            }
        });
    }

    @Test
    void answerThatContinuesNeedsNobody() {
        Path told = folder.resolve("continues");
        String stream;
        try (Viewer viewer = new Viewer(server, Shape.EVENTS)) {
            stream = viewer.ask(Steps.of("told " + told, "number 0 60 50"), "on-disconnect=continue").until(2).stream();
        }
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> state(stream).equals("completed"));
        assertFalse(Files.exists(told));
        try (Viewer late = new Viewer(server, Shape.LINES)) {
            assertEquals(Steps.numbers(0, 60), late.follow(stream, "").all().text());
        }
    }

    @Test
    void answerThatIsCancelledAtOnceStillWaitsForTheLastOne() {
        Path told = folder.resolve("at-once");
        try (Viewer first = new Viewer(server, Shape.EVENTS); Viewer second = new Viewer(server, Shape.LINES)) {
            first.ask(Steps.of("told " + told, "number 0 100000 20"), "on-disconnect=cancel").until(2);
            second.follow(first.stream(), "").until(2);
            first.cut(false);
            second.until(second.got().offset() + 100);
            assertFalse(Files.exists(told));
            second.cut(true);
            Steps.awaitCancelled(told);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> state(second.stream()).equals("cancelled"));
        }
    }

    @Test
    void postedQueryThatNobodyComesForIsCancelled() {
        Path told = folder.resolve("posted");
        String query = Steps.of("told " + told, "say x", "hang");
        try (Wire wire = server.connect()) {
            assertEquals(201, wire.send("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: " + query.length() + "\r\n\r\n" + query)
                    .response().status());
        }
        Steps.awaitCancelled(told);
    }

    /** Also one who was sent nothing, and one who has more to say: three requests, the body of each a little later. */
    @Test
    void whoHasPostedIsMissedAsSoonAsAnyoneElse() throws Exception {
        List<String> heads = List.of("/v1/streams HTTP/1.1\r\nAccept: text/event-stream", "/v1/chat/completions HTTP/1.1", "/v1/responses HTTP/1.1");
        Together.play(heads.size(), i -> {
            Path told = folder.resolve("posted-" + i);
            Path asked = folder.resolve("posted-asked-" + i);
            ObjectNode body = Rebuilt.JSON.createObjectNode();
            for (String query : List.of("say first", Steps.of("told " + told, "note " + asked, "say x", "hang"))) {
                switch (i) {
                    case 0 -> body.put("query", query);
                    case 1 -> body.put("model", "any").putArray("messages").addObject().put("role", "user").put("content", query);
                    default -> body.put("model", "any").put("input", query);
                }
                if (query.equals("say first")) {
                    try (Wire wire = server.connect()) {
                        for (int again = 0; again < 3; again++) {
                            Wire.Response response = post(wire, heads.get(i), body).response();
                            assertTrue(response.isWhole() && response.body().contains("first"), response.body());
                        }
                    }
                    continue;
                }
                try (Wire wire = server.connect()) {
                    post(wire, heads.get(i), body);
                    Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Steps.noted(asked) == 1);
                }
                Steps.awaitCancelled(told);
            }
        });
    }

    /** What is asked comes after the server has seen the head. */
    private static Wire post(Wire wire, String head, ObjectNode body) throws InterruptedException {
        String json = body.toString();
        wire.send("POST " + head + "\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n");
        TimeUnit.MILLISECONDS.sleep(50);
        return wire.send(json);
    }

    private static String state(String stream) {
        try (Wire wire = server.connect()) {
            return wire.send("HEAD /v1/stream/" + stream + " HTTP/1.1\r\nHost: localhost\r\n\r\n").head().header("Stream-State");
        }
    }
}
