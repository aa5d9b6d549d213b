package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several responders under one run.sh. */
class NamedRespondersIT {
    private static final String LOUD = """
            import io.mpstream.responder.*;
            public class Loud implements Responder {
                public void respond(Query query, Reply reply) { reply.write(query.text().toUpperCase() + "!"); }
            }
            """;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        String loud = Files.writeString(folder.resolve("Loud.java"), LOUD).toString();
        server = RunningServer.start(folder, "--responder", "quiet=echo", "--responder", "loud=" + loud);
    }

    @Test
    void queryChoosesItsResponder() {
        assertEquals("hey", answer("{'query':'hey','attributes':{'responder':'quiet'}}"));
        assertEquals("HEY!", answer("{'query':'hey','attributes':{'responder':'loud'}}"));
        assertEquals("hey", answer("{'query':'hey'}"));
    }

    @Test
    void optionChoosesToo() {
        Requests requests = Requests.to(server);
        assertEquals("HEY!", requests.get("/hey?unit=any&responder=loud").body().strip());
        assertEquals("HEY!", requests.get("/v1/ask?q=hey&unit=any&responder=loud").body().strip());
        assertEquals("HEY!", requests.post("/v1/streams?format=text&unit=any&responder=loud", "{'query':'hey'}").body().strip());
        assertEquals("hey", requests.get("/hey?unit=any").body().strip());
    }

    @Test
    void askOnAWebSocketChoosesToo() {
        try (WebSocketWire wire = new WebSocketWire(server.address().getPort())) {
            assertEquals("HEY!", wire.say("{'ask':{'ref':'a','query':'hey','responder':'loud'}}").whole("a", "completed"));
            assertEquals("HEY!", wire.say("{'ask':{'ref':'a','query':'hey','attributes':{'responder':'loud'}}}").whole("a", "completed"));
            assertEquals("hey", wire.say("{'ask':{'ref':'a','query':'hey','responder':'quiet'}}").whole("a", "completed"));
            assertEquals(400, wire.say("{'ask':{'ref':'a','query':'hey','responder':'nobody'}}").error("a"));
            assertEquals(400, wire.say("{'ask':{'ref':'a','query':'hey','responder':'loud','attributes':{'responder':'quiet'}}}").error("a"));
        }
    }

    @Test
    void nobodyAnswersForWhoIsNotThere() {
        Requests requests = Requests.to(server);
        for (Wire.Response refused : List.of(requests.get("/hey?responder=nobody"), requests.get("/hey?responder="),
                requests.post("/v1/streams", "{'query':'hey','attributes':{'responder':'nobody'}}"),
                requests.post("/v1/streams?responder=loud", "{'query':'hey','attributes':{'responder':'quiet'}}"))) {
            assertEquals(400, refused.status(), refused.body());
            assertTrue(refused.body().contains("responder"), refused.body());
        }
        assertTrue(requests.get("/hey?responder=nobody").body().contains("known are loud, quiet"));
    }

    @Test
    void choiceOutlivesAKillOfTheProducer() {
        server.kill("producer");
        assertEquals("HEY!", answer("{'query':'hey','attributes':{'responder':'loud'}}"));
    }

    /** The text that is posted for, in single quotes. */
    private static String answer(String json) {
        return Requests.to(server).post("/v1/streams?format=text&unit=any", json).body().strip();
    }
}
