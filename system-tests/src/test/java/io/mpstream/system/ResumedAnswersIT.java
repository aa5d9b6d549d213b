package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A producer that is killed in the middle of an answer, while it is watched in every format. */
@Timeout(120)
class ResumedAnswersIT {
    private static final String RESTARTED = "the producer was restarted while it was answering";
    private static final String QUERY = "醒😀Neo";
    private static final int SEGMENTS = 90;
    /** It is killed after one of these, and after two. */
    private static final int PARTS = 6;
    private static final List<Shape> SHAPES = List.of(Shape.TEXT, Shape.CHARACTERS, Shape.EVENTS, Shape.JSON_EVENTS, Shape.LINES);

    @TempDir
    Path folder;

    /** What the responder that ships says. */
    private static String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < SEGMENTS; i++) {
            text.append(QUERY).append(": 我是新消息，我叫Message ").append(i).append(". ");
        }
        return text.toString();
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void textGoesOnForEveryViewerAsIfNothingHadHappened() throws Exception {
        String whole = text();
        String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8)));
        int part = length(whole) / PARTS;
        try (RunningServer server = RunningServer.start(folder, "--max-gen-len", Integer.toString(SEGMENTS), "--interval", "40ms");
                Viewer first = new Viewer(server, Shape.TEXT); Viewer cancelled = new Viewer(server, Shape.LINES)) {
            String stream = first.ask(QUERY).until(1).stream();
            List<CountDownLatch> reached = List.of(new CountDownLatch(SHAPES.size() + 1), new CountDownLatch(SHAPES.size() + 1));
            Together.play(SHAPES.size() + 2, i -> {
                if (i == SHAPES.size()) {
                    watchMessages(server, stream, reached, part, whole, sha256);
                } else if (i > SHAPES.size()) {
                    killTwice(server, reached, cancelled);
                } else {
                    watch(new Viewer(server, SHAPES.get(i)), stream, reached, part, whole, sha256);
                }
            });
            first.all();
            assertEquals(whole, first.text());
            assertEquals("completed", first.outcome());
            assertEquals(sha256, first.got().sha256());
            cancelled.all();
            assertEquals("cancelled", cancelled.outcome());
            assertTrue(whole.startsWith(cancelled.text()), cancelled.text());
        }
    }

    /** One is asked just before the first kill, and stopped after it: nobody waits for the producer to be back. */
    private static void killTwice(RunningServer server, List<CountDownLatch> reached, Viewer cancelled) throws InterruptedException {
        for (CountDownLatch latch : reached) {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
            if (cancelled.stream() == null) {
                cancelled.ask(QUERY).until(1);
            }
            server.kill("producer");
            assertEquals(204, Requests.to(server).delete("/v1/stream/" + cancelled.stream()).status());
        }
    }

    private static void watch(Viewer viewer, String stream, List<CountDownLatch> reached, int part, String whole, String sha256) {
        try (viewer) {
            viewer.follow(stream, "").head();
            for (int i = 0; i < reached.size(); i++) {
                viewer.until((long) (i + 1) * part);
                reached.get(i).countDown();
            }
            viewer.all();
            assertEquals(whole, viewer.text(), viewer.shape().toString());
            assertEquals("completed", viewer.outcome(), viewer.shape().toString());
            assertEquals(length(whole), viewer.got().offset());
            assertEquals(sha256, viewer.got().sha256());
        }
    }

    private static void watchMessages(RunningServer server, String stream, List<CountDownLatch> reached, int part, String whole, String sha256) {
        try (WebSocketWire wire = new WebSocketWire(server.address().getPort())) {
            wire.say("{'follow':{'ref':'a','stream':'" + stream + "','offset':0}}");
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int kills = 0;
            JsonNode message = wire.next("a");
            for (; !message.has("end"); message = wire.next("a")) {
                if (message.has("text")) {
                    text.writeBytes(message.get("text").asString().getBytes(StandardCharsets.UTF_8));
                    assertEquals(text.size(), message.get("offset").asInt());
                }
                if (kills < reached.size() && text.size() >= (kills + 1) * part) {
                    reached.get(kills++).countDown();
                }
            }
            assertEquals(whole, text.toString(StandardCharsets.UTF_8));
            assertEquals("completed", message.get("end").get("outcome").asString());
            assertEquals(sha256, message.get("end").get("sha256").asString());
        }
    }

    @Test
    void answerOfAResponderThatCannotGoOnFailsInEveryFormat() {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder()); Viewer first = new Viewer(server, Shape.TEXT);
                Viewer events = new Viewer(server, Shape.EVENTS); Viewer lines = new Viewer(server, Shape.LINES);
                WebSocketWire wire = new WebSocketWire(server.address().getPort())) {
            String stream = first.ask(Steps.of("say 中é", "hang")).until(5).stream();
            events.follow(stream, "").until(5);
            lines.follow(stream, "").until(5);
            wire.say("{'follow':{'ref':'a','stream':'" + stream + "','offset':0}}").next("a", "text");
            server.kill("producer");
            first.all();
            assertEquals("中é", first.text());
            assertNull(first.outcome());
            for (Viewer viewer : List.of(events, lines)) {
                viewer.all();
                assertEquals("中é", viewer.text());
                assertEquals("failed", viewer.outcome());
                assertEquals(RESTARTED, viewer.got().detail());
            }
            assertEquals(RESTARTED, wire.next("a", "end").get("detail").asString());
        }
    }
}
