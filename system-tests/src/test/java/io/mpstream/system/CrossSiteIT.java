package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of other sites can have a browser send requests, cookie and all: none of them changes anything, with users or without. */
class CrossSiteIT {
    private static final String EVIL = "Origin: https://evil.example";
    private static final List<List<String>> FOREIGN = List.of(List.of(EVIL), List.of("Origin: null"), List.of("Origin: http://localhost.evil.example"),
            List.of("Sec-Fetch-Site: cross-site"), List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"),
            List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: websocket"), List.of(EVIL, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"));

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer open;
    @AutoClose
    private static RunningServer closed;
    private static String cookie;

    @BeforeAll
    static void start() {
        open = RunningServer.start(folder, "--single", "--responder", Steps.responder());
        closed = RunningServer.start(folder, "--single", "--responder", Steps.responder(), "--auth", "jwt", "--jwt-secret-file",
                Keys.secretFile(folder).toString(), "--issue-tokens");
        cookie = "Cookie: mpstream=" + Jwt.of("Neo").by(Keys.SECRET);
    }

    private static String[] join(List<String> fields, String... more) {
        return java.util.stream.Stream.concat(fields.stream(), java.util.Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void foreignPagesNeitherAskNorStopNorListen() {
        for (RunningServer server : List.of(open, closed)) {
            Requests own = Requests.to(server).with(cookie);
            Path asked = folder.resolve("asked-" + (server == open));
            String query = Steps.of("note " + asked, "say x");
            String stream = own.ask("say kept | hang");
            for (List<String> foreign : FOREIGN) {
                Requests page = own.with(join(foreign, cookie));
                assertEquals(403, page.get("/" + Wire.encode(query)).status(), foreign.toString());
                assertEquals(403, page.get("/v1/ask?q=" + Wire.encode(query)).status());
                assertEquals(403, page.head("/v1/ask?q=" + Wire.encode(query)).status());
                assertEquals(403, page.post("/v1/streams", "{'query':'" + query + "'}").status());
                assertEquals(403, page.send("POST", "/v1/streams?format=text", query, "Content-Type: text/plain").status());
                assertEquals(403, page.delete("/v1/stream/" + stream).status());
                assertEquals(403, page.post("/v1/stream/" + stream + "/renew", "").status());
                assertEquals(403, page.post("/v1/stream/" + stream + "/ticket", "{}").status());
                try (Wire wire = server.connect()) {
                    assertEquals(403, WebSocketWire.handshake(wire, join(foreign, cookie, WebSocketWire.PROTOCOL)).status(), foreign.toString());
                }
            }
            assertFalse(Files.exists(asked));
            assertEquals("started", own.head("/v1/stream/" + stream).header("Stream-State"));
            assertEquals(204, own.delete("/v1/stream/" + stream).status());
        }
    }

    @Test
    void foreignPagesHaveNoTokensIssuedOrRevoked() {
        Requests nobody = Requests.to(closed);
        String token = Jwt.of("Neo").by(Keys.SECRET);
        for (List<String> foreign : FOREIGN) {
            Requests page = nobody.with(join(foreign));
            assertEquals(403, page.post("/generate_token", "{'user_id':'Neo'}").status(), foreign.toString());
            assertEquals(403, page.post("/v1/token", "{'user':'Neo'}").status());
            assertEquals(403, page.post("/v1/token/refresh", "{'refresh':'x'}").status());
            assertEquals(403, page.post("/v1/token/revoke", "{'user':'Neo'}").status());
            assertEquals(403, page.post("/v1/token/revoke", "{'token':'" + token + "'}").status());
            assertEquals(403, page.post("/v1/cookie", "", Requests.bearer(token)).status());
            assertEquals(403, page.delete("/v1/cookie", cookie).status());
        }
        assertEquals("Neo;", nobody.as(token).answer("user"));
        // A name of the page's own that leads to this machine: the page is then of the same origin.
        Wire.Response rebound = nobody.post("/generate_token", "{'user_id':'Neo'}", "Host: evil.example:8000", "Origin: http://evil.example:8000");
        assertEquals(401, rebound.status());
    }

    @Test
    void ownPagesLinksAndProgramsDoAll() {
        for (RunningServer server : List.of(open, closed)) {
            String host = "localhost:" + server.address().getPort();
            for (List<String> own : List.of(List.<String>of(), List.of("Origin: http://" + host), List.of("Origin: http://" + host, "Sec-Fetch-Site: same-origin"),
                    List.of("Sec-Fetch-Site: same-origin"), List.of("Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"))) {
                Requests page = Requests.to(server).with(join(own, cookie));
                assertEquals("x", page.answer("say x"), own.toString());
                assertEquals(204, page.delete("/v1/stream/" + page.ask("say x | hang")).status());
            }
            // Somebody follows a link; a frame, or a form that is posted, is none.
            List<String> navigates = List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");
            Requests link = Requests.to(server).with(join(navigates, cookie, "Sec-Fetch-Dest: document"));
            assertEquals("x", link.answer("say x"));
            assertEquals(403, link.post("/v1/streams", "say x").status());
            assertEquals(403, Requests.to(server).with(join(navigates, cookie, "Sec-Fetch-Dest: iframe")).get("/say%20x").status());
            // Reading is refused by the browser, which is not allowed to show it to the page.
            Requests own = Requests.to(server).with(cookie);
            String stream = own.ask("say x");
            for (List<String> foreign : FOREIGN) {
                Wire.Response read = own.with(join(foreign, cookie)).get("/v1/stream/" + stream);
                assertEquals(200, read.status());
                assertEquals(null, read.header("Access-Control-Allow-Origin"));
            }
        }
    }
}
