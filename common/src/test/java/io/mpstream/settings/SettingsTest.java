package io.mpstream.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path folder;

    @Test
    void defaultsAreTheOriginals() {
        Settings settings = Settings.of();
        assertEquals("localhost", settings.serverIp());
        assertEquals(8000, settings.serverPort());
        assertEquals(Map.of("default", "fake"), settings.responders().byName());
        assertEquals(Map.of("max-gen-len", "10", "interval-ms", "1000"), settings.responders().options());
    }

    @Test
    void bothSpellingsAndBothFormsAreTaken() {
        for (List<String> args : List.of(List.of("--server-port", "81"), List.of("--server_port", "81"),
                List.of("--server-port=81"), List.of("--server_port=81"))) {
            assertEquals(81, Settings.of(args.toArray(String[]::new)).serverPort());
        }
    }

    @Test
    void flagBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
        Path file = Files.writeString(folder.resolve("mp.properties"),
                "server-port=1\nconcurrency = 1\nretain_bytes=1KiB\n");
        Settings settings = Settings.parse(new String[] {"--config", file.toString(), "--server-port", "3"},
                Map.of("MPSTREAM_SERVER_PORT", "2", "MPSTREAM_CONCURRENCY", "2"));
        assertEquals(3, settings.serverPort());
        assertEquals(2, settings.concurrency());
        assertEquals(1024, settings.retainBytes());
        assertEquals(10, Integer.parseInt(settings.responders().options().get("max-gen-len")));
    }

    @Test
    void configFileMayBeNamedInTheEnvironment() throws IOException {
        Path file = Files.writeString(folder.resolve("mp.properties"), "server-port=1\n");
        assertEquals(1, Settings.parse(new String[0], Map.of("MPSTREAM_CONFIG", file.toString())).serverPort());
    }

    @Test
    void unknownKeysAreRefusedWhereverTheyStand() throws IOException {
        assertEquals("unknown option --port; --help lists them", refusal("--port", "1"));
        Path file = Files.writeString(folder.resolve("mp.properties"), "port=1\n");
        assertTrue(refusal("--config", file.toString()).contains("sets port"));
        assertTrue(assertThrows(StartupException.class, () -> Settings.parse(new String[0], Map.of("MPSTREAM_PORT", "1")))
                .getMessage().contains("MPSTREAM_PORT"));
    }

    @Test
    void badValuesAreRefusedInOneLineThatNamesTheOption() {
        for (List<String> args : List.of(List.of("--server-port", "x"), List.of("--server-port", "65536"),
                List.of("--server-port", "-1"), List.of("--server-port"), List.of("--interval", "soon"),
                List.of("--retain-bytes", "1 mile"), List.of("--retain-bytes", "99999999999TiB"), List.of("--data-dir", ""), List.of("--concurrency", "0"), List.of("--on-disconnect", "maybe"), List.of("--on-disconnect", "31d"),
                List.of("--max-gen-len", "-1"), List.of("--tls-key", "\0"), List.of("--data-dir", "a\nb\0"), List.of("--query-bytes-max", "1GiB"), List.of("--queries-bytes-max", "1MiB"))) {
            String message = refusal(args.toArray(String[]::new));
            assertTrue(message.contains(args.getFirst()), message);
            assertEquals(1, message.lines().count());
            assertFalse(message.contains("Exception"), message);
        }
        assertEquals("--concurrency must be at least 1", refusal("--concurrency", "0"));
        assertEquals("unknown option --po rt; --help lists them", refusal("--po\r\nrt", "1"));
        assertTrue(refusal("--config", folder.resolve("none").toString()).contains("none"));
    }

    @Test
    void certificateAndKeyBelongTogether() {
        assertEquals("--tls-cert must be given together with --tls-key", refusal("--tls-cert", "a.crt"));
        assertEquals("--tls-key must be given together with --tls-cert", refusal("--tls-key", "a.key"));
        assertEquals("--tls-self-signed must not be given together with --tls-cert", refusal("--tls-self-signed", "--tls-cert", "a.crt", "--tls-key", "a.key"));
    }

    @Test
    void valueWithADollarIsItself() {
        assertEquals("${x}", Settings.parse(new String[0], Map.of("MPSTREAM_RESPONDER", "${x}")).responders().byName().get("default"));
        assertThrows(StartupException.class, () -> Settings.parse(new String[0], Map.of("MPSTREAM_ON_DISCONNECT", "${x}")));
    }

    @Test
    void rankMovesPortAndFolder() {
        Settings settings = Settings.parse(new String[0], Map.of("LOCAL_RANK", "3"));
        assertEquals(8003, settings.serverPort());
        assertEquals(Path.of("data", "rank-3"), settings.dataDir());
        assertThrows(StartupException.class, () -> Settings.parse(new String[0], Map.of("LOCAL_RANK", "x")));
    }

    @Test
    void timesAndSizesAreReadAsWritten() {
        assertEquals(Duration.ofMillis(100), TimeSpan.parse("100ms"));
        assertEquals(Duration.ofMillis(1500), TimeSpan.parse("1.5s"));
        assertEquals(Duration.ofDays(7), TimeSpan.parse("7d"));
        assertEquals(Duration.ofMinutes(2), TimeSpan.parse("2m"));
        assertEquals(16 << 20, ByteSize.parse("16MiB"));
        assertEquals(4096, ByteSize.parse("4096"));
        assertEquals(1L << 30, ByteSize.parse("1gib"));
        for (String bad : List.of("", "1", "s", "-1s", "1 year", "1e3s", "99999999999d")) {
            assertThrows(IllegalArgumentException.class, () -> TimeSpan.parse(bad), bad);
        }
        for (String bad : List.of("", "KiB", "-1", "1.5MiB", "1PiB")) {
            assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(bad), bad);
        }
    }

    @Test
    void originsAreTakenAsBrowsersWriteThem() {
        assertEquals(List.of("https://app.example", "http://localhost:3000", "https://xn--bcher-kva.example", "http://[::1]:8080", "tauri://localhost", "*"),
                Settings.of("--cors-origin", "HTTPS://App.Example:443/", "--cors-origin", "http://localhost:3000/", "--cors-origin", "https://bücher.example",
                        "--cors-origin", "http://[::1]:8080", "--cors-origin", "tauri://localhost", "--cors-origin", "*").corsOrigins());
        assertEquals(List.of("https://a"), Settings.of("--cors-origin", "https://a:0443").corsOrigins());
        assertTrue(refusal("--cors-origin", "https://faß.de").contains("xn--"));
        assertTrue(refusal("--auth", "jwt", "--token-life", "1h").contains("--token-life"));
        for (String bad : List.of("app.example", "https://app.example/path", "https://*.example", "null", "https://", "https://user@app.example", "https://app.example?x",
                "https://a b", "https://app.example:99999", "https:/app.example", "//app.example", "https://app.example,https://other.example")) {
            String message = refusal("--cors-origin", bad);
            assertTrue(message.contains("--cors-origin") && message.contains("https://app.example"), message);
        }
    }

    @Test
    void settingGivenTwiceInAFileIsRefused() throws IOException {
        for (String text : List.of("server-port=1\nserver-port=2\n", "server-port=1\nserver_port=2\n", "server-port=1\nserver-port=1\n")) {
            Path file = Files.writeString(folder.resolve("mp.properties"), text);
            assertTrue(refusal("--config", file.toString()).matches(".* sets server.port twice"), text);
        }
    }

    @Test
    void markAtTheStartOfAFileIsNoPartOfAName() throws IOException {
        Path file = Files.writeString(folder.resolve("mp.properties"), "\uFEFFserver-port=1\n");
        assertEquals(1, Settings.of("--config", file.toString()).serverPort());
        Files.write(file, new byte[] {'s', (byte) 0xE9, '=', '1'});
        assertTrue(refusal("--config", file.toString()).endsWith("it is not UTF-8"));
    }

    @Test
    void variablesOfKubernetesArePassedOver() {
        Settings settings = Settings.parse(new String[0], Map.ofEntries(Map.entry("MPSTREAM_SERVICE_HOST", "10.0.0.1"), Map.entry("MPSTREAM_SERVICE_PORT", "8000"),
                Map.entry("MPSTREAM_SERVICE_PORT_HTTP", "8000"), Map.entry("MPSTREAM_PORT", "tcp://10.0.0.1:8000"), Map.entry("MPSTREAM_PORT_8000_TCP", "tcp://10.0.0.1:8000"),
                Map.entry("MPSTREAM_PORT_8000_TCP_PROTO", "tcp"), Map.entry("MPSTREAM_PORT_8000_TCP_PORT", "8000"), Map.entry("MPSTREAM_PORT_8000_TCP_ADDR", "10.0.0.1"),
                Map.entry("MPSTREAM_SERVER_PORT", "tcp://10.0.0.2:80"), Map.entry("MPSTREAM_SERVER_SERVICE_HOST", "10.0.0.2"), Map.entry("MPSTREAM_SERVER_PORT_80_TCP", "tcp://10.0.0.2:80")));
        assertEquals(8000, settings.serverPort());
        assertThrows(StartupException.class, () -> Settings.parse(new String[0], Map.of("MPSTREAM_SERVICE", "x")));
        assertThrows(StartupException.class, () -> Settings.parse(new String[0], Map.of("MPSTREAM_SERVER_PORT", "http://10.0.0.2")));
    }

    @Test
    void whatCouldNotBeDecodedOrIsEmptyIsRefused() {
        assertTrue(refusal("--feed", "news=\uFFFD\uFFFD").startsWith("--feed is not UTF-8"));
        assertTrue(refusal("--data-dir=\uFFFD").startsWith("--data-dir is not UTF-8"));
        assertTrue(refusal("--feed", "news=\ud800").startsWith("--feed is not UTF-8"));
        assertTrue(refusal("--responder", "").startsWith("--responder must not be empty"));
        assertTrue(refusal("--jwt-issuer= ").startsWith("--jwt-issuer must not be empty"));
        assertTrue(assertThrows(StartupException.class, () -> Settings.parse(new String[0], Map.of("MPSTREAM_FEED", "a=\uFFFD"))).getMessage().startsWith("MPSTREAM_FEED is not UTF-8"));
    }

    @Test
    void helpNamesEveryOptionAndItsDefault() {
        String help = Settings.help();
        Settings.defaults().forEach((name, usual) -> assertTrue(help.contains(name) && (usual.isEmpty() || help.contains("(" + usual)), name));
    }

    private static String refusal(String... args) {
        return assertThrows(StartupException.class, () -> Settings.of(args)).getMessage();
    }
}
