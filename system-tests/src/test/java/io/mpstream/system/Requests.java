package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Short requests to one server, each on a connection of its own, with some header fields that all of them carry. */
final class Requests {
    /** What a request without any credential is told. */
    static final String WANTED = "Bearer realm=\"mpstream\"";
    /** What one with a bad credential is told. */
    static final String INVALID = WANTED + ", error=\"invalid_token\"";
    /** What one with two credentials is told. */
    static final String TWICE = WANTED + ", error=\"invalid_request\"";

    private static final JsonMapper JSON = new JsonMapper();

    private final int port;
    private final String[] always;

    private Requests(int port, String... always) {
        this.port = port;
        this.always = always;
    }

    /** Of somebody who shows nothing. */
    static Requests to(RunningServer server) {
        return new Requests(server.address().getPort());
    }

    /** The same, with these fields in each request. */
    Requests with(String... fields) {
        return new Requests(port, fields);
    }

    /** The same, with this token in each request. */
    Requests as(String token) {
        return with(bearer(token));
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    Wire.Response get(String target, String... fields) {
        return send("GET", target, null, fields);
    }

    Wire.Response head(String target, String... fields) {
        return send("HEAD", target, null, fields);
    }

    Wire.Response delete(String target, String... fields) {
        return send("DELETE", target, null, fields);
    }

    /** Posts JSON that is written with single quotes for double ones. */
    Wire.Response post(String target, String json, String... fields) {
        return send("POST", target, json.replace('\'', '"'), fields);
    }

    Wire.Response send(String method, String target, String body, String... fields) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n");
        if (!has("Host:", fields)) {
            head.append("Host: localhost:").append(port).append("\r\n");
        }
        for (String[] some : new String[][] {always, fields}) {
            for (String field : some) {
                head.append(field).append("\r\n");
            }
        }
        byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        if (body != null) {
            head.append(has("Content-Type:", fields) ? "" : "Content-Type: application/json\r\n").append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        try (Wire wire = new Wire(port)) {
            wire.send(head.append("\r\n").toString()).send(bytes);
            return method.equals("HEAD") ? wire.head() : wire.response();
        }
    }

    private static boolean has(String name, String... fields) {
        for (String field : fields) {
            if (field.startsWith(name)) {
                return true;
            }
        }
        return false;
    }

    /** Posts a query and returns its stream. */
    String ask(String query, String... fields) {
        Wire.Response response = send("POST", "/v1/streams", JSON.writeValueAsString(Map.of("query", query)), fields);
        assertEquals(201, response.status(), response.body());
        return response.header("Stream-Id");
    }

    /** The whole answer to a query, as plain text. */
    String answer(String query) {
        Wire.Response response = get("/" + Wire.encode(query) + "?unit=any");
        assertEquals(200, response.status(), response.body());
        return response.body().substring(0, response.body().length() - 1);
    }

    /** All that there is of a stream, as plain text. */
    String text(String stream) {
        Wire.Response response = get("/v1/stream/" + stream + "?unit=any");
        assertEquals(200, response.status(), response.body());
        return response.body().substring(0, response.body().length() - 1);
    }

    static JsonNode json(Wire.Response response) {
        return JSON.readTree(response.body());
    }

    /** A string in the JSON of a response of this status. */
    static String field(int status, String name, Wire.Response response) {
        assertEquals(status, response.status(), response.body());
        return json(response).get(name).asString();
    }

    /** All that a response says, but for when. */
    static Map<String, String> timeless(Wire.Response response) {
        Map<String, String> all = new LinkedHashMap<>(response.headers());
        all.remove("date");
        all.put("(status)", Integer.toString(response.status()));
        all.put("(body)", response.body());
        return all;
    }

    static void assertRefused(int status, String challenge, Wire.Response response) {
        assertEquals(status, response.status(), response.body());
        assertEquals(challenge, response.header("WWW-Authenticate"), response.body());
    }
}
