package io.mpstream.streamer.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A reserved path is reserved however it is spelled, and a query is a query. */
class PathsTest {
    @Test
    void everySpellingOfAReservedPathIsThatPath() {
        for (String path : List.of("/readyz/", "//readyz", "/%72eadyz", "/readyz%2F", "/%2freadyz", "///%72%65%61%64%79%7a//", "/readyz")) {
            assertEquals("/readyz", Paths.of(path), path);
            assertTrue(Paths.isWellKnown(Paths.of(path)));
        }
        assertEquals("/v1/streams", Paths.of("/%76%31/streams"));
        assertEquals("/v1/streams", Paths.of("/v1%2Fstreams/"));
        assertEquals("/v1", Paths.of("/v1/"));
        assertEquals("/v1/stream/x%y", Paths.of("/v1/stream/x%25y"));
        assertEquals("/generate_token", Paths.of("/generate%5Ftoken/"));
        assertFalse(Paths.isReserved("/generate_token"), "only posting there is no query");
    }

    @Test
    void queriesStayAsTheyWereSent() {
        for (String path : List.of("/", "///", "/x/", "/%2fx%2f", "/readyz/x", "/READYZ", "/readyz%20", "/v2/streams", "/v1%", "/readyz%zz", "/%FF", "/v1;x", "/%2572eadyz", "*", "/json%20schema",
                "/favicon%20ideas", "/.NET", "/.net%20or%20java", "/.5%20%2B%20.5", "/json", "/what%20is%20index.php", "/robots.txt%3F", "/sitemap")) {
            assertEquals(path, Paths.of(path));
            assertFalse(Paths.isReserved(path), path);
        }
    }

    @Test
    void whatMachinesLookForIsNoQuery() {
        for (String path : List.of("/.well-known/security.txt", "/.well-known/", "/.well-known/appspecific/com.chrome.devtools.json", "/favicon.ico/", "/favicon-32x32.png", "/favicon.svg",
                "/apple-touch-icon.png", "/apple-touch-icon-120x120-precomposed.png", "/sitemap.xml", "/sitemap_index.xml", "/manifest.json", "/site.webmanifest", "/browserconfig.xml", "/ads.txt",
                "/app-ads.txt", "/security.txt", "/humans.txt", "/llms.txt", "/json/version", "/json/list", "/wp-login.php", "/blog/xmlrpc.php", "/wp-admin/", "/.env", "/.env.local", "/.git", "/.git/config", "/.aws/credentials", "/.DS_Store", "/.vscode/sftp.json",
                "//%2ewell-known/x")) {
            assertTrue(Paths.isReserved(Paths.of(path)), path);
        }
    }
}
