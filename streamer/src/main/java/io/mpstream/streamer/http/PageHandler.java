package io.mpstream.streamer.http;

import io.mpstream.protocol.Sha256;
import io.mpstream.streamer.http.request.Accept;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The page for browsers: {@code GET /} where HTML is asked for, its files under {@code /v1/ui/}, and its icon. There are no secrets in them, so
 * they are served to everybody. All is in memory, compressed too. Any thread.
 */
final class PageHandler {
    private static final String ROOT = "/";
    private static final String ICON = "/favicon.ico";
    private static final String FILES = "/v1/ui/";
    /** Under their own names too: what other pages import. */
    private static final Set<String> SHARED = Set.of("mpstream.js", "mpstream.d.ts", "use-stream.js");
    /** Where the module has its files. */
    private static final String FOLDER = "/io/mpstream/page/";

    private static final String HTML = "text/html";
    private static final String GZIP = "gzip";
    /** Looked after each time, by its tag. */
    private static final String CHECKED = "no-cache";
    /** The name has the content's digest. */
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final int DIGEST_LENGTH = 16;

    /** Nothing but what comes from here, in no frame (Content Security Policy, level 3). */
    private static final Map<HttpString, String> TERMS = Map.of(
            new HttpString("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            new HttpString("X-Content-Type-Options"), "nosniff",
            new HttpString("Referrer-Policy"), "no-referrer",
            new HttpString("Cross-Origin-Opener-Policy"), "same-origin");

    /** A file as it is sent. */
    private record Served(String mediaType, String cached, String vary, String tag, byte[] plain, byte[] packed) {
        static Served of(String name, String cached, byte[] content) {
            String vary = name.endsWith(".html") ? "Accept, Accept-Encoding" : "Accept-Encoding";
            // The same for both codings, so it is weak (RFC 9110, section 8.8.3.3).
            return new Served(typeOf(name), cached, vary, "W/\"" + digest(Map.of(name, content)) + "\"", content, pack(content));
        }
    }

    private final boolean hasUsers;
    /** By path; null until somebody wants one, since a streamer starts sooner without. */
    private Map<String, Served> files;

    /**
     * The page.
     *
     * @param hasUsers whether it is to ask for a token
     */
    PageHandler(boolean hasUsers) {
        this.hasUsers = hasUsers;
    }

    private synchronized Map<String, Served> files() {
        if (files == null) {
            files = load(hasUsers);
        }
        return files;
    }

    private static Map<String, Served> load(boolean hasUsers) {
        Map<String, Served> files = new HashMap<>();
        Map<String, byte[]> contents = contents();
        String version = digest(contents);
        contents.forEach((name, content) -> {
            files.put(FILES + version + "/" + name, Served.of(name, FOREVER, content));
            if (SHARED.contains(name)) {
                files.put(FILES + name, Served.of(name, CHECKED, content));
            }
        });
        String index = new String(read(FOLDER + "index.html"), StandardCharsets.UTF_8).replace("{version}", version).replace("{users}", Boolean.toString(hasUsers));
        files.put(ROOT, Served.of("index.html", CHECKED, index.getBytes(StandardCharsets.UTF_8)));
        files.put(ICON, Served.of("favicon.svg", CHECKED, read(FOLDER + "favicon.svg")));
        return Map.copyOf(files);
    }

    /** Whether it serves this; a query that is empty is none, to whom does not ask for HTML. */
    boolean handles(HttpServerExchange exchange, String path) {
        boolean isRead = exchange.getRequestMethod().equals(Methods.GET) || exchange.getRequestMethod().equals(Methods.HEAD);
        boolean isNamed = path.equals(ROOT) ? Accept.names(exchange.getRequestHeaders(), Headers.ACCEPT, HTML) : path.equals(ICON) || path.startsWith(FILES);
        return isRead && isNamed && files().containsKey(path);
    }

    void handle(HttpServerExchange exchange, String path) {
        Served file = files().get(path);
        HeaderMap headers = exchange.getResponseHeaders();
        TERMS.forEach(headers::put);
        headers.put(Headers.CACHE_CONTROL, file.cached());
        headers.put(Headers.ETAG, file.tag());
        headers.put(Headers.VARY, file.vary());
        String known = exchange.getRequestHeaders().getFirst(Headers.IF_NONE_MATCH);
        if (known != null && (known.equals("*") || known.contains(file.tag()))) {
            exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
            exchange.endExchange();
            return;
        }
        boolean isPacked = Accept.names(exchange.getRequestHeaders(), Headers.ACCEPT_ENCODING, GZIP);
        if (isPacked) {
            headers.put(Headers.CONTENT_ENCODING, GZIP);
        }
        byte[] body = isPacked ? file.packed() : file.plain();
        headers.put(Headers.CONTENT_TYPE, file.mediaType());
        headers.put(Headers.CONTENT_LENGTH, body.length);
        exchange.getResponseSender().send(ByteBuffer.wrap(body));
    }

    /** What {@code files.properties} names. */
    private static Map<String, byte[]> contents() {
        Properties sources = new Properties();
        try (InputStream in = PageHandler.class.getResourceAsStream(FOLDER + "files.properties")) {
            sources.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> contents = new TreeMap<>();
        sources.stringPropertyNames().forEach(name -> {
            String elsewhere = sources.getProperty(name);
            contents.put(name, read(elsewhere.isEmpty() ? FOLDER + name : elsewhere));
        });
        return contents;
    }

    private static byte[] read(String resource) {
        try (InputStream in = PageHandler.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the page's " + resource + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String typeOf(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/plain; charset=utf-8";
        };
    }

    private static String digest(Map<String, byte[]> contents) {
        MessageDigest digest = Sha256.start();
        contents.forEach((name, content) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(content);
        });
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGEST_LENGTH);
    }

    private static byte[] pack(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
            packed.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
