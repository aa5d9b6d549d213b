package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page for browsers is made of, as it is served: to whom, with which fields, how large. */
class PageFilesIT {
    private static final String HTML = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final Pattern NAMED = Pattern.compile("(?:src|href|from|import)[= ]*[\"']([/.][^\"']+)[\"']");
    private static final int PACKED_BYTES_MAX = 40_000;
    private static final int CLIENT_LINES_MAX = 200;

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer open;
    @AutoClose
    private static RunningServer closed;
    @AutoClose
    private static RunningServer without;

    @BeforeAll
    static void start() {
        open = start("open");
        closed = start("closed", "--auth", "jwt", "--jwt-secret-file", Keys.secretFile(folder).toString());
        without = start("without", "--no-page");
    }

    private static RunningServer start(String name, String... args) {
        List<String> all = new java.util.ArrayList<>(List.of("--single", "--responder", "echo", "--data-dir", folder.resolve(name).toString()));
        all.addAll(List.of(args));
        return RunningServer.start(folder, all.toArray(String[]::new));
    }

    @Test
    void pageIsForThoseWhoAskForHtml() {
        for (String accept : List.of(HTML, "Accept: text/html", "Accept: TEXT/HTML; charset=utf-8", "Accept: text/plain, text/html;q=0.1")) {
            Wire.Response page = Requests.to(open).get("/", accept);
            assertEquals(200, page.status(), accept);
            assertTrue(page.body().startsWith("<!DOCTYPE html>"), page.body());
        }
        assertEquals(200, Requests.to(open).get("/?utm_source=x", HTML).status());
    }

    @Test
    void othersGetWhatTheyGetWithoutAPage() {
        for (String accept : List.of("Accept:", "Accept: */*", "Accept: text/*", "Accept: text/plain", "Accept: text/event-stream", "Accept: application/x-ndjson",
                "Accept: application/json", "Accept: text/html;q=0", "Accept: application/xhtml+xml")) {
            assertEquals(Requests.timeless(Requests.to(without).get("/", accept)), Requests.timeless(Requests.to(open).get("/", accept)), accept);
        }
        for (String target : List.of("//", "/?q=x", "/v1/ui/", "/v1/ui/nothing.js", "/v1/ui/../app.js", "/favicon.svg")) {
            assertEquals(Requests.timeless(Requests.to(without).get(target)), Requests.timeless(Requests.to(open).get(target)), target);
        }
        Wire.Response query = Requests.to(open).get("/hello", HTML);
        assertEquals(Requests.timeless(Requests.to(without).get("/hello", HTML)).keySet(), Requests.timeless(query).keySet());
        assertEquals("hello\n", query.body());
        for (String target : List.of("/", "/v1/ui/mpstream.js", "/favicon.ico")) {
            for (String method : List.of("POST", "PUT", "DELETE")) {
                assertEquals(Requests.timeless(Requests.to(without).send(method, target, "", HTML)), Requests.timeless(Requests.to(open).send(method, target, "", HTML)), target);
            }
        }
    }

    @Test
    void thereMayBeNoPage() {
        assertEquals(400, Requests.to(without).get("/", HTML).status());
        for (String target : List.of("/favicon.ico", "/v1/ui/mpstream.js")) {
            assertEquals(404, Requests.to(without).get(target).status(), target);
        }
    }

    @Test
    void nothingComesFromElsewhereAndNoFrameHoldsIt() {
        for (String target : List.of("/", "/v1/ui/mpstream.js", "/favicon.ico")) {
            Wire.Response file = Requests.to(open).get(target, HTML);
            assertEquals("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                    file.header("Content-Security-Policy"), target);
            assertEquals("nosniff", file.header("X-Content-Type-Options"));
            assertEquals("no-referrer", file.header("Referrer-Policy"));
            assertEquals("same-origin", file.header("Cross-Origin-Opener-Policy"));
        }
        assertEquals("Accept, Accept-Encoding", Requests.to(open).get("/", HTML).header("Vary"));
        // A name of somebody's that leads here.
        assertEquals(403, Requests.to(open).get("/", HTML, "Host: evil.example").status());
        assertEquals(403, Requests.to(open).get("/", HTML, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe").status());
    }

    /** All that a browser loads, found as it finds it. */
    private static Map<String, Wire.Response> files(RunningServer server) {
        Map<String, Wire.Response> files = new TreeMap<>();
        Deque<String> wanted = new ArrayDeque<>(List.of("/"));
        while (!wanted.isEmpty()) {
            String path = wanted.pop();
            Wire.Response file = Requests.to(server).get(path, path.equals("/") ? HTML : "Accept: */*");
            assertEquals(200, file.status(), path);
            files.put(path, file);
            NAMED.matcher(file.body()).results().map(found -> URI.create(path).resolve(found.group(1)).getPath()).filter(name -> !files.containsKey(name)).forEach(wanted::push);
        }
        return files;
    }

    @Test
    void filesAreSmallAndKeptByTheirNames() throws Exception {
        Map<String, Wire.Response> files = files(open);
        assertTrue(files.size() > 10, files.keySet().toString());
        int packed = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (Map.Entry<String, Wire.Response> file : files.entrySet()) {
                boolean hasDigest = file.getKey().matches("/v1/ui/[0-9a-f]{16}/.*");
                assertTrue(hasDigest || List.of("/", "/favicon.ico").contains(file.getKey()), file.getKey());
                assertEquals(hasDigest ? "public, max-age=31536000, immutable" : "no-cache", file.getValue().header("Cache-Control"));
                assertNull(file.getValue().header("Content-Encoding"));
                packed += packed(client, file.getKey(), file.getValue().body());
            }
        }
        assertTrue(packed < PACKED_BYTES_MAX, Integer.toString(packed));
        assertEquals("text/html; charset=utf-8", files.get("/").header("Content-Type"));
        assertEquals("image/svg+xml", files.get("/favicon.ico").header("Content-Type"));
        assertEquals("text/javascript; charset=utf-8", Requests.to(open).get("/v1/ui/mpstream.js").header("Content-Type"));
    }

    /** Bytes of a file with the coding that a browser takes; it must be the same. */
    private static int packed(HttpClient client, String path, String plain) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(HttpRequest.newBuilder(open.address().resolve(path)).header("Accept", "text/html").header("Accept-Encoding", "br, gzip").build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("gzip", response.headers().firstValue("Content-Encoding").orElse(""), path);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertArrayEquals(plain.getBytes(StandardCharsets.UTF_8), in.readAllBytes(), path);
        }
        return response.body().length;
    }

    @Test
    void clientHasAPlainNameAndATag() {
        Wire.Response client = Requests.to(open).get("/v1/ui/mpstream.js");
        assertTrue(client.body().lines().count() < CLIENT_LINES_MAX);
        assertTrue(Requests.to(open).get("/v1/ui/mpstream.d.ts").body().contains("export function ask("));
        assertTrue(Requests.to(open).get("/v1/ui/use-stream.js").body().contains("from './mpstream.js'"));
        String tag = client.header("ETag");
        for (String known : List.of(tag, "\"x\", " + tag, "*")) {
            Wire.Response same = Requests.to(open).get("/v1/ui/mpstream.js", "If-None-Match: " + known);
            assertEquals(304, same.status(), known);
            assertEquals(tag, same.header("ETag"));
            assertEquals("", same.body());
        }
        for (String other : List.of("\"x\"", "W/\"0\"", "", "\"")) {
            assertEquals(200, Requests.to(open).get("/v1/ui/mpstream.js", "If-None-Match: " + other).status(), other);
        }
        assertNotEquals(tag, Requests.to(open).get("/v1/ui/use-stream.js").header("ETag"));
    }

    @Test
    void headHasTheSameFieldsAndNoBody() {
        for (String target : List.of("/", "/v1/ui/mpstream.js", "/favicon.ico")) {
            Map<String, String> get = Requests.timeless(Requests.to(open).get(target, HTML));
            Map<String, String> head = Requests.timeless(Requests.to(open).head(target, HTML));
            assertFalse(get.remove("(body)").isEmpty());
            head.remove("(body)");
            assertEquals(get, head);
        }
    }

    @Test
    void pageComesBeforeTheToken() {
        assertEquals(401, Requests.to(closed).get("/v1/streams").status());
        assertEquals(401, Requests.to(closed).get("/v1/ui/nothing.js").status());
        assertEquals(files(open).keySet(), files(closed).keySet());
        assertTrue(Requests.to(closed).get("/", HTML).body().contains("data-users=\"true\""));
        assertTrue(Requests.to(open).get("/", HTML).body().contains("data-users=\"false\""));
    }

    @Test
    void pageIsServedOverHttp2() {
        try (Http2Wire wire = new Http2Wire(open.address().getPort(), Http2Wire.WIDE)) {
            assertTrue(wire.whole(wire.get("/v1/ui/mpstream.js")).body().contains("export const ask"));
        }
    }
}
