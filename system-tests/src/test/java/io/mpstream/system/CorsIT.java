package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of other origins. */
class CorsIT {
    private static final String APP = "https://app.example";
    private static final String ALLOW = "access-control-allow-origin";

    @TempDir
    Path folder;

    @Test
    void originsThatWereNamedMayReadAndOthersMayNot() {
        try (RunningServer server = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--cors-origin", APP, "--cors-origin", "http://localhost:5173")) {
            for (String path : List.of("/say%20x", "/v1/ask?q=say+x", "/v1/streams", "/v1/stream/" + "0".repeat(32), "/v1/feed/none")) {
                Wire.Response preflight = request(server, "OPTIONS", path, "Origin: " + APP, "Access-Control-Request-Method: POST",
                        "Access-Control-Request-Headers: last-event-id,idempotency-key,content-type");
                assertEquals(204, preflight.status());
                assertEquals(APP, preflight.header(ALLOW));
                assertHas(preflight, "access-control-allow-methods", "GET", "HEAD", "POST", "DELETE");
                assertHas(preflight, "access-control-allow-headers", "Last-Event-ID", "Idempotency-Key", "Content-Type", "Authorization", "Accept");
                assertTrue(Integer.parseInt(preflight.header("Access-Control-Max-Age")) > 0);
                assertHas(preflight, "vary", "Origin");
                assertNone(request(server, "OPTIONS", path, "Origin: https://evil.example", "Access-Control-Request-Method: GET"));
            }
            // Errors as well: a page must be able to tell why.
            Map<String, Integer> statuses = Map.of("/say%20x", 200, "/say%20x?format=sse", 200, "/v1/streams", 200, "/v1/stream/" + "0".repeat(32), 410,
                    "/say%20x?format=no", 400, "/v1/nothing", 404, "/healthz", 200);
            statuses.forEach((path, status) -> {
                for (String origin : List.of(APP, "http://localhost:5173")) {
                    Wire.Response response = request(server, "GET", path, "Origin: " + origin);
                    assertEquals(status, response.status(), path);
                    assertEquals(origin, response.header(ALLOW), path);
                    assertHas(response, "access-control-expose-headers", "Stream-Id", "Stream-State", "Stream-Offset", "Stream-Next-Offset", "Location",
                            "Content-Location", "Link", "Retry-After");
                    assertHas(response, "vary", "Origin");
                }
                for (String origin : List.of("https://evil.example", APP + ".evil.example", "https://app.example:8443", "http://app.example", "null")) {
                    Wire.Response response = request(server, "GET", path, "Origin: " + origin);
                    // Asking starts something, which is not for pages that nobody named.
                    assertEquals(path.startsWith("/say") ? 403 : status, response.status(), path);
                    assertNone(response);
                    assertHas(response, "vary", "Origin");
                }
            });
        }
    }

    @Test
    void anyOriginMayReadWhereAllMay() {
        try (RunningServer server = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--cors-origin", "*")) {
            assertEquals("*", request(server, "GET", "/say%20x", "Origin: https://any.example").header(ALLOW));
            assertEquals("*", request(server, "OPTIONS", "/v1/streams", "Origin: https://any.example", "Access-Control-Request-Method: POST").header(ALLOW));
        }
    }

    @Test
    void nobodyMayReadWhereNoneWasNamed() {
        try (RunningServer server = RunningServer.start(folder, "--single", "--responder", Steps.responder())) {
            assertNone(request(server, "GET", "/say%20x", "Origin: " + APP));
            Wire.Response preflight = request(server, "OPTIONS", "/v1/streams", "Origin: " + APP, "Access-Control-Request-Method: POST");
            assertEquals(403, preflight.status());
            assertNone(preflight);
        }
    }

    private static Wire.Response request(RunningServer server, String method, String path, String... fields) {
        try (Wire wire = server.connect()) {
            wire.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
            return wire.head();
        }
    }

    private static void assertHas(Wire.Response response, String field, String... values) {
        List<String> present = Arrays.stream(String.valueOf(response.header(field)).split(",")).map(each -> each.strip().toLowerCase()).toList();
        for (String value : values) {
            assertTrue(present.contains(value.toLowerCase()), field + ": " + present + " lacks " + value);
        }
    }

    private static void assertNone(Wire.Response response) {
        for (String field : List.of(ALLOW, "access-control-expose-headers", "access-control-allow-methods", "access-control-allow-headers",
                "access-control-allow-credentials")) {
            assertNull(response.header(field), field);
        }
    }
}
