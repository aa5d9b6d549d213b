package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What browsers, libraries and tools send that differs from what one would write by hand. */
@Timeout(120)
class OddClientsIT {
    private static final String APP = "https://app.example";

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo", "--cors-origin", APP);
    }

    @Test
    void whatBrowsersLeaveAsItIsIsItself() {
        String raw = "a|b^c`d{e}f\\g[h]";
        for (String target : List.of("/" + raw, "/v1/ask?q=" + raw, "/v1/ask?q=" + raw + "&&_=" + raw)) {
            assertEquals(raw + "\n", Requests.to(server).get(target).body(), target);
            try (Http2Wire wire = new Http2Wire(server.address().getPort(), Http2Wire.WIDE)) {
                assertEquals(raw + "\n", wire.whole(wire.get(target)).body(), target);
            }
        }
        assertEquals("{\"a\":1}\n", Requests.to(server).get("/v1/ask?q={%22a%22:1}").body());
        Wire.Response refused = Requests.to(server).get("/v1/ask?q=<x>");
        assertEquals(400, refused.status());
        assertTrue(refused.body().contains("0x3C at position 0"), refused.body());
    }

    @Test
    void whatOthersAddToAnAddressIsIgnored() {
        for (String added : List.of("&", "&&", "&_=1", "&_=1&_=2", "&utm_source=a&utm_source=b", "&fbclid=x", "&gclid=x&")) {
            assertEquals("x\n", Requests.to(server).get("/v1/ask?q=x" + added).body(), added);
        }
        assertEquals(400, Requests.to(server).get("/v1/ask?q=x&temperature=1").status());
        assertEquals(400, Requests.to(server).get("/v1/ask?q=x&q=y").status());
    }

    @Test
    void whatMachinesLookForStartsNothing() {
        for (String target : List.of("/.well-known/appspecific/com.chrome.devtools.json", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png", "/favicon.svg", "/sitemap.xml",
                "/manifest.json", "/json/version", "/json/list", "/wp-login.php", "/%2ewell-known/x", "//sitemap.xml/")) {
            assertEquals(404, Requests.to(server).get(target).status(), target);
            assertEquals(404, Requests.to(server).head(target).status(), target);
        }
        assertEquals("manifest.json\n", Requests.to(server).get("/v1/ask?q=manifest.json").body());
        for (String target : List.of("/readyz/", "//readyz", "/%72eadyz", "/readyz%2F")) {
            assertEquals("ready\n", Requests.to(server).get(target).body(), target);
            assertEquals(200, Requests.to(server).head(target).status(), target);
            assertEquals("ready\n", Requests.to(server).get(target, "Host: elsewhere.example").body(), target);
        }
        String all = Requests.to(server).get("/v1/streams?limit=500").body();
        for (String name : List.of("favicon", "readyz", "sitemap", "well-known", "wp-login")) {
            assertTrue(!all.contains(name), all);
        }
    }

    @Test
    void emptyAcceptSaysNothing() {
        assertEquals("x\n", Requests.to(server).get("/x", "Accept:").body());
        assertEquals("x\n", Requests.to(server).get("/x", "Accept: ").body());
        assertEquals(201, Requests.to(server).post("/v1/streams", "{'query':'x'}", "Accept:").status());
    }

    @Test
    void otherNamesOfThisMachineAreItsOwn() {
        for (String name : List.of("localhost.", "app.localhost", "app.localhost.:8000", "ip6-localhost", "ip6-loopback", "LOCALHOST", "127.0.0.1", "[::1]:80")) {
            assertEquals("x\n", Requests.to(server).get("/x", "Host: " + name).body(), name);
        }
        for (String name : List.of("evil.example", "localhost.evil.example", "notlocalhost", "1.2", "127.1")) {
            assertEquals(403, Requests.to(server).get("/x", "Host: " + name).status(), name);
        }
    }

    @Test
    void methodsInSmallLettersAreOthers() {
        for (String method : List.of("get", "Get", "post", "delete", "options", "patch")) {
            Wire.Response response = Requests.to(server).send(method, "/x", null);
            assertEquals(501, response.status(), method);
            assertTrue(response.body().contains("case-sensitive"), response.body());
        }
        try (Wire wire = server.connect()) {
            // Nothing is taken for the end of one that is not.
            wire.send("head /x HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Wire.Response response = wire.response();
            assertEquals(501, response.status());
            assertEquals("", response.body());
            assertEquals("x\n", wire.get("/x").response().body());
        }
        try (Wire wire = server.connect()) {
            wire.send("get /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                    + WebSocketWire.PROTOCOL + "\r\n\r\n");
            assertEquals(501, wire.head().status());
        }
        for (String method : List.of("get", "head", "Post")) {
            try (Http2Wire wire = new Http2Wire(server.address().getPort(), Http2Wire.WIDE)) {
                int stream = wire.nextStream();
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                Map.of(":method", method, ":scheme", "http", ":authority", "localhost", ":path", "/x").forEach((name, value) -> Hpack.write(name, value, block));
                wire.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM | Http2Wire.END_HEADERS, stream, block.toByteArray());
                assertEquals(501, wire.whole(stream).status(), method);
            }
        }
    }

    @Test
    void emptyLinesBeforeARequestArePassedOver() {
        try (Wire wire = server.connect()) {
            assertEquals("a\n", wire.send("\r\n\r\nGET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").response().body());
            assertEquals("b\n", wire.send("\r\n").send("GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n").response().body());
            String post = "POST /v1/streams?format=text HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nc\r\n";
            wire.send(post + "GET /d HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals("c\n", wire.response().body());
            assertEquals("d\n", wire.response().body());
        }
        try (Wire wire = server.connect()) {
            String answer = wire.send("\r\n".repeat(50) + "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").rest();
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        }
    }

    @Test
    void preflightsMayAskForAnyField() {
        for (String fields : List.of("cache-control", "cache-control,pragma,x-requested-with,traceparent", "Last-Event-ID, x-anything")) {
            Wire.Response response = Requests.to(server).send("OPTIONS", "/x", null, "Origin: " + APP, "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: " + fields);
            assertEquals(204, response.status());
            List<String> allowed = Arrays.asList(response.header("Access-Control-Allow-Headers").toLowerCase().split(", "));
            assertTrue(allowed.containsAll(Arrays.asList(fields.toLowerCase().split(", ?"))), allowed.toString());
        }
    }

    @Test
    void bodiesAreWhatTheySayOrRefused() {
        String bom = "\uFEFF";
        assertEquals("héllo\n", post("text/plain", bom + "héllo"));
        assertEquals("x\n", post("application/json", bom + "{\"query\":\"x\"}"));
        assertEquals("é\n", post("text/plain; charset=\"UTF-8\"", "é"));
        for (String type : List.of("text/plain; charset=iso-8859-1", "application/json; charset=utf-16", "text/plain; charset=gbk")) {
            assertEquals(415, Requests.to(server).send("POST", "/v1/streams?format=text", "x", "Content-Type: " + type).status(), type);
        }
        assertEquals(415, Requests.to(server).send("POST", "/v1/streams?format=text", "x", "Content-Type: text/plain", "Content-Encoding: gzip").status());
        for (String bad : List.of("{'query':'x\\ud83dy'}", "{'query':'x','user':'\\udbff'}", "{'query':'x','attributes':{'a':'\\ud800'}}", "{'query':'a','query':'b'}")) {
            Wire.Response response = Requests.to(server).post("/v1/streams?format=text", bad);
            assertEquals(400, response.status(), bad);
        }
        for (byte[] wide : List.of("x".getBytes(StandardCharsets.UTF_16), new byte[] {(byte) 0xFF, (byte) 0xFE, 'x', 0}, new byte[] {0, 0, (byte) 0xFE, (byte) 0xFF, 0, 0, 0, 'x'})) {
            try (Wire wire = server.connect()) {
                wire.send("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: " + wide.length + "\r\n\r\n").send(wide);
                Wire.Response response = wire.response();
                assertEquals(400, response.status());
                assertTrue(response.body().contains("not UTF-8"), response.body());
            }
        }
        assertEquals(400, Requests.to(server).get("/x", "Idempotency-Key: k\u00e9").status());
    }

    private static String post(String type, String body) {
        return Requests.to(server).send("POST", "/v1/streams?format=text", body, "Content-Type: " + type).body();
    }

    @Test
    void linesAreLinesToEverybody() {
        String odd = "a\u2028b\u2029c\u0085d\u001ce\u000bf\u007fg";
        for (String target : List.of("?format=ndjson", "?format=sse&data=json")) {
            String body = Requests.to(server).get("/" + Wire.encode(odd) + target).body();
            assertTrue(body.contains("\"a\\u2028b\\u2029c\\u0085d\\u001ce\\u000bf\\u007fg\""), body);
        }
        try (WebSocketWire wire = new WebSocketWire(server.address().getPort())) {
            wire.frame(WebSocketWire.LAST | WebSocketWire.TEXT, JsonMapper.shared().writeValueAsBytes(Map.of("ask", Map.of("ref", odd, "query", odd))));
            assertEquals(odd, wire.whole(odd, "completed"));
        }
        String list = Requests.to(server).get("/v1/streams?limit=500").body();
        String problem = Requests.to(server).get("/x?" + Wire.encode(odd) + "=1").body();
        assertTrue(problem.contains("\\u2028"), problem);
        assertTrue((list + problem).codePoints().noneMatch(c -> c == 0x2028 || c == 0x2029 || c == 0x85 || c == 0x7f), problem);
        assertEquals("data: " + odd.replace("\r", ""), Requests.to(server).get("/" + Wire.encode(odd) + "?format=sse").body().lines().filter(line -> line.startsWith("data: a")).findFirst().orElseThrow(),
                "events are split at nothing else");
    }

    @Test
    void clientThatIsNotDoneWithItsBodyGetsItsAnswer() throws InterruptedException {
        String part = "x".repeat(1 << 17);
        try (Wire wire = server.connect()) {
            wire.send("POST /v1/streams HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: " + 16 * part.length() + "\r\n\r\n");
            for (int i = 0; i < 8; i++) {
                TimeUnit.MILLISECONDS.sleep(50);
                wire.send(part);
            }
            assertEquals(413, wire.response().status());
        }
    }

    @Test
    void connectionThatIsClosedAfterItsAnswerCostsNothingMore() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            assertEquals(200, Requests.to(server).get("/healthz").status());
        }
        ProcessHandle streamer = server.jvm("streamer");
        Duration before = streamer.info().totalCpuDuration().orElseThrow();
        TimeUnit.SECONDS.sleep(1);
        Duration used = streamer.info().totalCpuDuration().orElseThrow().minus(before);
        assertTrue(used.toMillis() < 300, used.toString());
    }

    @Test
    void firstBlockIsNoMessage() {
        String body = Requests.to(server).get("/x?format=sse").body();
        String first = body.substring(0, body.indexOf("\n\n"));
        assertTrue(first.matches("retry: 1000\n: mpstream\nid: [0-9a-f]{32}:0\nevent: begin\ndata: \\{}"), first);
        for (String block : body.split("\n\n")) {
            boolean isMessage = block.lines().noneMatch(line -> line.startsWith("event: "));
            assertTrue(!isMessage || block.contains("data: x"), block);
        }
    }
}
