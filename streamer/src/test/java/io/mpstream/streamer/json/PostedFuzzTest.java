package io.mpstream.streamer.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import io.mpstream.protocol.Unicode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON of clients: bodies and messages of any content are what they say, or are refused. */
class PostedFuzzTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String[] PARTS = {"{", "}", "[", "]", "\"", ":", ",", "\"query\"", "\"user\"", "\"attributes\"", "\"ask\"", "\"follow\"", "\"token\"", "\"ref\"", "\"offset\"", "\"stream\"",
        "\"feed\"", "null", "true", "1", "-1", "1e999", "1.5", "99999999999999999999", "\"a\"", "\\u", "\\ud800", " ", "{\"ask\":{\"ref\":\"a\",\"query\":\"b\"", "{\"token\":"};

    private record Fields(String user, Long offset) {
    }

    private static ObjectNode query(Fuzz fuzz, Map<String, String> attributes) {
        ObjectNode object = JSON.createObjectNode().put("query", fuzz.text(40));
        object.put("user", fuzz.text(8));
        ObjectNode texts = object.putObject("attributes");
        for (int i = fuzz.upTo(3); i > 0; i--) {
            String name = fuzz.text(5);
            attributes.put(name, fuzz.text(10));
            texts.put(name, attributes.get(name));
        }
        return object;
    }

    @Test
    void queriesAreWhatTheySay() {
        Fuzz.run(fuzz -> {
            Map<String, String> attributes = new HashMap<>();
            ObjectNode object = query(fuzz, attributes);
            String json = JSON.writeValueAsString(object);
            assertEquals(new PostedQuery(object.get("query").stringValue(), object.get("user").stringValue(), attributes), PostedQuery.parse(json));
            Fuzz.refuses(IllegalArgumentException.class, () -> assertNotNull(PostedQuery.parse(fuzz.mutate(json)).attributes()));
        });
    }

    @Test
    void messagesAreWhatTheySay() {
        Fuzz.run(fuzz -> {
            Map<String, String> attributes = new HashMap<>();
            ObjectNode ask = query(fuzz, attributes).put("ref", "r" + fuzz.text(10)).put("idempotencyKey", fuzz.text(5));
            ObjectNode message = JSON.createObjectNode();
            message.set("ask", ask.put("query", "q" + fuzz.text(20)));
            String json = JSON.writeValueAsString(message);
            ClientMessage.Ask read = (ClientMessage.Ask) ClientMessage.parse(json);
            assertEquals(new PostedQuery(ask.get("query").stringValue(), ask.get("user").stringValue(), attributes), read.posted());
            assertEquals(ask.get("ref").stringValue(), read.ref());
            assertEquals(read.ref(), ClientMessage.ref(json));
            assertRead(fuzz.mutate(json));
        });
    }

    private static void assertRead(String json) {
        ClientMessage.ref(json);
        Fuzz.refuses(IllegalArgumentException.class, () -> {
            switch (ClientMessage.parse(json)) {
                case ClientMessage.Renew renew -> assertNotNull(renew.token());
                case ClientMessage.Follow follow -> assertTrue(!follow.ref().isEmpty() && (follow.offset() == null || follow.offset() >= 0));
                case ClientMessage other -> assertTrue(!other.ref().isEmpty());
            }
        });
    }

    @Test
    void whatIsNearlyJsonIsReadOrRefused() {
        Fuzz.run(fuzz -> {
            String json = fuzz.words(12, PARTS);
            assertRead(json);
            Fuzz.refuses(IllegalArgumentException.class, () -> PostedQuery.parse(json));
            Fuzz.refuses(IllegalArgumentException.class, () -> {
                Fields fields = Json.read(json, Fields.class);
                assertTrue(fields.user == null || Unicode.isWellFormed(fields.user));
            });
        });
    }

    @Test
    void whatIsDeepOrLongIsReadOrRefused() {
        for (String part : new String[] {"[", "{\"a\":", "{\"ask\":", "{\"attributes\":", "9", "-", "\"\\u0041", "[1,", "1e9"}) {
            String json = part.repeat(96 * 1024 / part.length());
            assertRead(json);
            assertRead("{\"follow\":{\"ref\":\"a\",\"feed\":\"b\",\"offset\":" + json + "}}");
            Fuzz.refuses(IllegalArgumentException.class, () -> PostedQuery.parse(json));
            Fuzz.refuses(IllegalArgumentException.class, () -> Json.read("{\"offset\":" + json + "}", Fields.class));
        }
    }
}
