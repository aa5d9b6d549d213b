package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A producer that stays away: its readers are told so in their format, and come back for the real end. */
class AwayIT {
    @TempDir
    Path folder;

    @Test
    void readersAreToldAndComeBackForTheRealEnd() throws IOException {
        try (RunningServer server = RunningServer.start(folder, "streamer", "--producer-grace", "2s");
                Wire events = server.connect(); Wire lines = server.connect(); Wire plain = server.connect();
                WebSocketWire socket = new WebSocketWire(server.address().getPort())) {
            events.get("/v1/ask?q=all%20of%20it&format=sse&on-disconnect=continue");
            Wire.Response asked = events.head();
            String stream = asked.header("Stream-Id");
            lines.get("/v1/stream/" + stream + "?format=ndjson");
            plain.get("/v1/stream/" + stream);
            socket.say("{'follow':{'ref':'a','stream':'" + stream + "'}}");

            String last = chunks(events);
            assertTrue(last.matches("(?s).*retry: \\d+\nevent: interrupted\ndata: \\{\"reason\":\"producer-away\",\"offset\":0,\"retryMs\":\\d+}\n\n"), last);
            Wire.Response ended = lines.response();
            assertTrue(ended.isWhole() && ended.body().contains("{\"interrupted\":{\"reason\":\"producer-away\",\"offset\":0,"), ended.body());
            assertFalse(plain.response().isWhole());
            JsonNode told = socket.next("a", "interrupted");
            assertEquals("producer-away", told.get("reason").asString());

            try (RunningServer _ = RunningServer.run(folder, Map.of(), "producer", "--responder", "echo")) {
                assertEquals("all of it", comeBack(socket, stream), "the reference was free, and the connection is the same");
                assertEquals("all of it\n", Requests.to(server).get("/v1/stream/" + stream).body());
            }
        }
    }

    /** Follows to the end, and again each time that the producer is told to be still away; returns the text. */
    private static String comeBack(WebSocketWire socket, String stream) {
        String follow = "{'follow':{'ref':'a','stream':'" + stream + "'}}";
        socket.say(follow);
        StringBuilder text = new StringBuilder();
        for (JsonNode message = socket.next("a"); !message.has("end"); message = socket.next("a")) {
            if (message.has("interrupted")) {
                socket.say(follow);
            }
            text.append(message.path("text").asString(""));
        }
        return text.toString();
    }

    private static String chunks(Wire wire) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
            all.append(chunk);
        }
        return all.toString();
    }
}
