package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** https: where the certificate comes from, that it may change, and what is said of one that cannot be used. */
@Timeout(180)
class TlsIT {
    private static final Shortened LOOK = new Shortened(Bound.CERTIFICATE_LOOK, "200ms");
    private static final List<HttpClient.Version> VERSIONS = List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2);

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer selfSigned;

    @BeforeAll
    static void startSelfSigned() {
        selfSigned = start("--tls-self-signed", "--ahead-bytes", "64KiB", "--data-dir", "self-signed");
    }

    @Test
    void certificateThatIsMadeAtStartServesBothVersions() throws Exception {
        assertTrue(selfSigned.output().getFirst().startsWith("MPStream is ready at https://"), selfSigned.output().toString());
        for (HttpClient.Version version : VERSIONS) {
            try (HttpClient client = client(version)) {
                HttpResponse<String> response = client.send(request(selfSigned, "say 醒醒，Neo"), HttpResponse.BodyHandlers.ofString());
                assertEquals("醒醒，Neo\n", response.body());
                assertEquals(version, response.version());
                assertThrows(IOException.class, () -> client.send(request(selfSigned, Steps.HALF), HttpResponse.BodyHandlers.ofString()));
            }
        }
    }

    @Test
    void framesAreTheSameOverTls() {
        try (Http2Wire wire = Http2Wire.secure(selfSigned.address().getPort())) {
            assertEquals("h2", wire.protocol());
            Http2Wire.Answer answer = wire.whole(wire.ask("say x"));
            assertEquals("x\n", answer.body());
            assertEquals("completed", answer.trailers.get("stream-outcome"));
            assertTrue(wire.whole(wire.ask(Steps.HALF)).isReset());
            assertEquals(Steps.kibibytes(3_000) + "\n", wire.whole(wire.ask("kibibytes 3000")).body());
            for (String last : List.of("endless", "hang")) {
                Path file = folder.resolve(last);
                int stream = wire.get("/" + Wire.encode(Steps.of("told " + file, "say x", last)) + "?on-disconnect=cancel");
                wire.readUntil(() -> wire.answer(stream).length() > 0);
                wire.reset(stream);
                Steps.awaitCancelled(file);
            }
        }
    }

    @Test
    void streamThatIsLeftInTheMiddleOfAFrameEndsNoOther() {
        try (Http2Wire wire = Http2Wire.secure(selfSigned.address().getPort())) {
            for (int i = 0; i < 20; i++) {
                Path file = folder.resolve("left-" + i);
                int left = wire.get("/" + Wire.encode(Steps.of("told " + file, "say x", "endless")) + "?on-disconnect=cancel");
                wire.readUntil(() -> wire.answer(left).length() > 0);
                wire.reset(left);
                // Nothing is read meanwhile: a frame stays half written.
                Steps.awaitCancelled(file);
                assertEquals("x\n", wire.whole(wire.ask("say x")).body());
            }
        }
    }

    @Test
    void clientThatSpeaksClearTextIsNotKeptWaiting() {
        try (Wire wire = selfSigned.connect()) {
            wire.get("/say%20x");
            assertTrue(!wire.rest().contains("200 OK"));
        }
    }

    @Test
    void replacedCertificateOfAnyKindIsServedToNewConnectionsWhileStreamsGoOn() throws Exception {
        Certificates.Pair files = Certificates.rsa(folder, "first");
        List<Certificates.Pair> next = List.of(Certificates.elliptic(folder, "second"), Certificates.edwards(folder, "third"));
        try (RunningServer server = start("--tls-cert", files.certificate().toString(), "--tls-key", files.key().toString())) {
            assertEquals("CN=first", name(server));
            for (int i = 0; i < next.size(); i++) {
                Path gate = folder.resolve("gate-" + i);
                String query = Steps.of("number 0 50 20", "await " + gate, "number 50 100 20");
                try (HttpClient client = client(VERSIONS.get(i))) {
                    HttpResponse<InputStream> running = client.send(request(server, query), HttpResponse.BodyHandlers.ofInputStream());
                    assertEquals('0', running.body().read());
                    next.get(i).replace(files);
                    awaitName(server, i == 0 ? "CN=second" : "CN=third");
                    Steps.open(gate);
                    assertEquals(Steps.numbers(0, 100).substring(1) + "\n", new String(running.body().readAllBytes(), StandardCharsets.UTF_8));
                    assertEquals("x\n", client.send(request(server, "say x"), HttpResponse.BodyHandlers.ofString()).body());
                }
            }
        }
    }

    @Test
    @Tag("long")
    void replacementThatCannotBeUsedLeavesTheOldOneInPlace() throws Exception {
        Certificates.Pair files = Certificates.elliptic(folder, "files");
        Certificates.Pair good = Certificates.elliptic(folder, "good");
        try (RunningServer server = start("--tls-cert", files.certificate().toString(), "--tls-key", files.key().toString())) {
            Files.writeString(files.certificate(), "nonsense");
            // Certainly another time than before, however coarse the file system's clock.
            Files.setLastModifiedTime(files.certificate(), FileTime.fromMillis(1_000_000_000_000L));
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(
                    () -> server.output().stream().anyMatch(line -> line.contains("cannot be used; the old one stays")));
            assertEquals("CN=files", name(server));
            good.replace(files);
            awaitName(server, "CN=good");
        }
    }

    @Test
    void filesThatCannotBeUsedAreRefusedInOneLine() throws IOException {
        Certificates.Pair pair = Certificates.elliptic(folder, "pair");
        RunningServer server = RunningServer.run(folder, Map.of("MPSTREAM_SERVER_PORT", Integer.toString(RunningServer.freePort())), "streamer", "--tls-cert",
                pair.certificate().toString(), "--tls-key", Certificates.rsa(folder, "other").key().toString());
        assertEquals(2, server.awaitExit(), server.output().toString());
        assertEquals(1, server.output().size(), server.output().toString());
        assertTrue(server.output().getFirst().matches("mpstream streamer: .* does not belong .*"), server.output().toString());
    }

    private static RunningServer start(String... args) {
        return RunningServer.start(folder, LOOK.environment(), Stream.concat(Stream.of("--responder", Steps.responder()), Arrays.stream(args))
                .toArray(String[]::new));
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(Trusting.context()).build();
    }

    private static HttpRequest request(RunningServer server, String query) {
        return HttpRequest.newBuilder(server.address().resolve("/" + Wire.encode(query))).timeout(Duration.ofSeconds(30)).build();
    }

    /** Whose certificate a new connection gets. */
    private static String name(RunningServer server) throws IOException {
        try (SSLSocket socket = (SSLSocket) Trusting.context().getSocketFactory().createSocket("localhost", server.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    private static void awaitName(RunningServer server, String name) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).ignoreException(IOException.class).until(() -> name(server).equals(name));
    }
}
