package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Many streams on one WebSocket: what is said on it, and what becomes of them. */
@Timeout(120)
class WebSocketIT {
    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder(), "--on-disconnect", "200ms",
                "--feed", "ticks=number 0 1000000 20");
    }

    @Test
    void answerComesAsMessagesThatNameTheReference() throws Exception {
        String text = "醒醒，\\r\\n \uD834\uDD1E";
        byte[] utf8 = "醒醒，\r\n \uD834\uDD1E".getBytes(StandardCharsets.UTF_8);
        try (WebSocketWire wire = connect()) {
            wire.ask("a", "say " + text);
            JsonNode first = wire.next("a");
            assertTrue(first.get("stream").asString().matches("[0-9a-f]{32}"), first.toString());
            assertTrue(first.get("state").asString().matches("queued|started|completed"), first.toString());
            assertEquals(0, first.get("offset").asInt());
            JsonNode last = wire.next("a");
            StringBuilder heard = new StringBuilder();
            for (; !last.has("end"); last = wire.next("a")) {
                if (last.has("text")) {
                    heard.append(last.get("text").asString());
                    assertEquals(heard.toString().getBytes(StandardCharsets.UTF_8).length, last.get("offset").asInt());
                } else {
                    assertTrue(last.has("queued") || last.path("started").asBoolean(), last.toString());
                }
            }
            assertEquals(new String(utf8, StandardCharsets.UTF_8), heard.toString());
            JsonNode end = last.get("end");
            assertEquals("completed", end.get("outcome").asString());
            assertEquals(utf8.length, end.get("offset").asInt());
            assertEquals(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8)), end.get("sha256").asString());
        }
    }

    @Test
    void streamIsFollowedFromAnOffset() {
        try (WebSocketWire wire = connect()) {
            String stream = wire.ask("a", "say 醒醒 Neo").next("a", "stream").asString();
            assertEquals("醒醒 Neo", wire.whole("a", "completed"));
            wire.say("{'follow':{'ref':'b','stream':'" + stream + "','offset':3}}");
            assertEquals("醒 Neo", wire.whole("b", "completed"));
            wire.say("{'follow':{'ref':'b','stream':'" + stream + "'}}");
            assertEquals("醒醒 Neo", wire.whole("b", "completed"));
            wire.say("{'follow':{'ref':'b','stream':'" + stream + "','offset':10}}");
            assertEquals("", wire.whole("b", "completed"));
        }
    }

    @Test
    void textComesAgainWithItsPauses() {
        try (WebSocketWire wire = connect()) {
            String stream = wire.ask("a", "number 0 20 100").next("a", "stream").asString();
            assertEquals(Steps.numbers(0, 20), wire.whole("a", "completed"));
            for (String speed : new String[] {"1", "4.0"}) {
                long startNs = System.nanoTime();
                wire.say("{'follow':{'ref':'b','stream':'" + stream + "','speed':" + speed + "}}");
                assertEquals(Steps.numbers(0, 20), wire.whole("b", "completed"));
                long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
                assertTrue(ms >= 1_500 / Double.parseDouble(speed), ms + " ms at " + speed);
            }
            assertEquals(400, wire.say("{'follow':{'ref':'b','stream':'" + stream + "','speed':0}}").error("b"));
        }
    }

    @Test
    void twoAnswersInterleave() {
        Path first = folder.resolve("first-gate");
        Path second = folder.resolve("second-gate");
        try (WebSocketWire wire = connect()) {
            wire.ask("a", Steps.of("say a", "await " + first, "say A")).ask("b", Steps.of("say b", "await " + second, "say B"));
            assertEquals("a", wire.next("a", "text").asString());
            assertEquals("b", wire.next("b", "text").asString());
            Steps.open(first);
            assertEquals("A", wire.whole("a", "completed"));
            Steps.open(second);
            assertEquals("B", wire.whole("b", "completed"));
        }
    }

    @Test
    void failureIsAnEndAndOthersGoOn() {
        try (WebSocketWire wire = connect()) {
            wire.ask("slow", "number 0 20 20").ask("a", Steps.HALF);
            assertEquals("half", wire.whole("a", "failed"));
            assertTrue(wire.whole("slow", "completed").endsWith("19;"));
        }
    }

    @Test
    void leftStreamSaysNoMoreAndItsReferenceIsFree() {
        Path file = folder.resolve("left");
        try (WebSocketWire wire = connect()) {
            wire.ask("b", "number 0 20 20");
            wire.say("{'ask':{'ref':'a','query':'" + Steps.of("told " + file, "endless") + "','onDisconnect':'cancel'}}");
            wire.next("a", "text");
            wire.say("{'leave':{'ref':'a'}}").say("{'leave':{'ref':'a'}}");
            int status = 0;
            for (JsonNode message = wire.next("a"); status == 0; message = status == 0 ? wire.next("a") : message) {
                status = message.path("error").path("status").asInt(0);
            }
            assertEquals(404, status);
            Steps.awaitCancelled(file);
            assertEquals("again", wire.ask("a", "say again").whole("a", "completed"));
            assertTrue(wire.whole("b", "completed").endsWith("19;"));
        }
    }

    @Test
    void cancelEndsTheAnswerForAllWhoFollowIt() {
        Path file = folder.resolve("stopped");
        try (WebSocketWire wire = connect(); WebSocketWire other = connect(); Wire http = server.connect()) {
            String stream = wire.ask("a", Steps.hang(file, "x")).next("a", "stream").asString();
            other.say("{'follow':{'ref':'z','stream':'" + stream + "'}}").next("z", "text");
            http.send("GET /v1/stream/" + stream + "?format=ndjson HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertEquals(200, http.head().status());
            wire.say("{'cancel':{'ref':'a'}}");
            assertEquals("x", wire.whole("a", "cancelled"));
            other.next("z", "end");
            assertTrue(http.rest().contains("\"outcome\":\"cancelled\""));
            Steps.awaitCancelled(file);
        }
    }

    @Test
    void feedIsJoinedWhereItIs() {
        try (WebSocketWire wire = connect()) {
            wire.say("{'follow':{'ref':'f','feed':'ticks'}}");
            JsonNode first = wire.next("f");
            for (int i = 0; i < 3; i++) {
                String text = wire.next("f", "text").asString();
                assertTrue(text.matches("(\\d+;)+"), text);
            }
            wire.say("{'follow':{'ref':'g','stream':'" + first.get("stream").asString() + "','offset':0}}");
            assertTrue(wire.next("g", "text").asString().startsWith("0;1;"));
        }
    }

    @Test
    void messageThatIsNoRequestIsAnsweredAndTheConnectionGoesOn() {
        try (WebSocketWire wire = connect()) {
            for (String bad : new String[] {"", "x", "[]", "1", "{", "{}", "{'dance':{'ref':'a'}}", "{'ask':1}", "{'ask':{'query':'say x'}}",
                "{'ask':{'ref':'a','query':'x'},'leave':{'ref':'a'}}", "{'ask':{'ref':1,'query':'say x'}}", "[".repeat(5_000)}) {
                assertEquals(400, wire.say(bad).error(""), bad);
            }
            assertEquals("fine", wire.ask("a", "say fine").whole("a", "completed"));
        }
    }

    @Test
    void whatIsWrongWithARequestIsToldWithItsReference() {
        try (WebSocketWire wire = connect()) {
            for (String bad : new String[] {"{'ask':{'ref':'a'}}", "{'ask':{'ref':'a','query':''}}", "{'ask':{'ref':'a','query':'say x','unit':'any'}}",
                "{'ask':{'ref':'a','query':'say x','onDisconnect':'maybe'}}", "{'ask':{'ref':'a','query':'say x','user':'" + "u".repeat(257) + "'}}",
                "{'ask':{'ref':'a','query':'say x','attributes':{'n':1}}}", "{'ask':{'ref':'a','query':'say x','idempotencyKey':''}}",
                "{'follow':{'ref':'a','stream':'nonsense'}}", "{'follow':{'ref':'a'}}", "{'follow':{'ref':'a','feed':'ticks','offset':-1}}"}) {
                JsonNode message = WebSocketWire.parse(wire.say(bad).frame());
                assertEquals(400, message.path("error").path("status").asInt(0), bad + " " + message);
                assertEquals("a", message.path("ref").asString(""), bad + " " + message);
                assertFalse(message.get("error").get("title").asString().isEmpty());
            }
            assertEquals(404, wire.say("{'leave':{'ref':'a'}}").error("a"));
            assertEquals(404, wire.say("{'cancel':{'ref':'a'}}").error("a"));
            assertEquals(404, wire.say("{'follow':{'ref':'a','feed':'nobody'}}").error("a"));
            assertEquals(410, wire.say("{'follow':{'ref':'a','stream':'" + "0".repeat(32) + "'}}").error("a"));
            assertEquals("fine", wire.ask("a", "say fine").whole("a", "completed"));
        }
    }

    @Test
    void offsetsThatAreNoneAreRefused() {
        try (WebSocketWire wire = connect()) {
            String stream = wire.ask("a", "say 醒").next("a", "stream").asString();
            wire.whole("a", "completed");
            assertEquals(400, wire.say("{'follow':{'ref':'b','stream':'" + stream + "','offset':1}}").error("b"));
            assertEquals(400, wire.say("{'follow':{'ref':'b','stream':'" + stream + "','offset':4}}").error("b"));
            assertEquals("", wire.say("{'follow':{'ref':'b','stream':'" + stream + "','offset':3}}").whole("b", "completed"));
        }
    }

    @Test
    void referenceInUseIsRefusedAndItsStreamGoesOn() {
        Path gate = folder.resolve("reference-gate");
        try (WebSocketWire wire = connect()) {
            String stream = wire.ask("a", Steps.of("say x", "await " + gate, "say y")).next("a", "stream").asString();
            wire.next("a", "text");
            wire.ask("a", "say other").say("{'follow':{'ref':'a','stream':'" + stream + "'}}");
            assertEquals(409, wire.next("a", "error").get("status").asInt());
            assertEquals(409, wire.next("a", "error").get("status").asInt());
            Steps.open(gate);
            assertEquals("y", wire.whole("a", "completed"));
        }
    }

    @Test
    void sameKeyIsTheSameStreamAndNeverAnotherQuery() {
        try (WebSocketWire wire = connect()) {
            String ask = "{'ask':{'ref':'%s','query':'say %s','idempotencyKey':'socket-key','user':'Neo','attributes':{'k':'v'}}}";
            String stream = wire.say(ask.formatted("a", "x")).next("a", "stream").asString();
            assertEquals("x", wire.whole("a", "completed"));
            assertEquals(stream, wire.say(ask.formatted("b", "x")).next("b", "stream").asString());
            assertEquals("x", wire.whole("b", "completed"));
            assertEquals(422, wire.say(ask.formatted("c", "y")).error("c"));
            String other = wire.ask("d", "say x").next("d", "stream").asString();
            assertNotEquals(stream, other);
        }
    }

    @Test
    void longQueryIsAnsweredToo() {
        try (WebSocketWire wire = connect()) {
            String text = "x".repeat(80_000);
            assertEquals(text, wire.ask("a", "say " + text).whole("a", "completed"));
        }
    }

    @Test
    void clientThatLeavesInAnyWayHasLeftItsStreams() throws IOException {
        for (String way : new String[] {"close", "reset", "farewell"}) {
            Path waiting = folder.resolve("waiting-" + way);
            Path flooding = folder.resolve("flooding-" + way);
            Wire raw = server.connect();
            try (WebSocketWire wire = new WebSocketWire(raw)) {
                wire.say("{'ask':{'ref':'w','query':'" + Steps.hang(waiting, "x") + "','onDisconnect':'cancel'}}");
                assertEquals("x", wire.next("w", "text").asString());
                wire.say("{'ask':{'ref':'f','query':'" + Steps.of("told " + flooding, "endless") + "','onDisconnect':'cancel'}}");
                wire.next("f", "text");
                if (way.equals("reset")) {
                    raw.reset();
                } else if (way.equals("farewell")) {
                    wire.frame(WebSocketWire.LAST | WebSocketWire.CLOSE, new byte[] {3, (byte) 0xE8});
                    assertEquals(1000, wire.closing());
                }
            }
            Steps.awaitCancelled(waiting);
            Steps.awaitCancelled(flooding);
        }
    }

    private static WebSocketWire connect() {
        return new WebSocketWire(server.address().getPort());
    }
}
