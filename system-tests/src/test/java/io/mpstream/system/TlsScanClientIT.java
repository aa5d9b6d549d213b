package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What testssl.sh has to say of the TLS port. */
@Timeout(400)
@Order(1)
class TlsScanClientIT {
    private static final int EXIT_S = 300;
    private static final Set<String> HARMLESS = Set.of("OK", "INFO", "LOW", "WARN", "DEBUG");

    @TempDir
    Path folder;

    @Test
    void nothingIsWeakThatIsOurs() throws IOException {
        ClientProgram.assumeInstalled("testssl", "testssl.sh");
        Certificates.Pair pair = Certificates.rsa(folder, "localhost");
        Path results = folder.resolve("results.json");
        try (RunningServer server = RunningServer.start(folder, "--tls-cert", pair.certificate().toString(), "--tls-key", pair.key().toString());
             // Protocols, ciphers, forward secrecy, defaults, headers, known attacks.
             ClientProgram testssl = ClientProgram.start("testssl.sh", "testssl", "--quiet", "--color", "0", "--warnings", "off", "-p", "-s", "-f",
                     "-S", "-h", "-U", "--jsonfile", results.toString(), "https://localhost:" + server.address().getPort() + "/")) {
            Awaitility.await().atMost(EXIT_S, TimeUnit.SECONDS).until(() -> !testssl.isAlive());
            List<JsonNode> findings = new ArrayList<>();
            JsonMapper.shared().readTree(Files.readString(results)).forEach(findings::add);
            Set<String> seen = findings.stream().map(each -> each.get("id").stringValue()).collect(Collectors.toSet());
            // That it looked at all: a check that was left out finds nothing.
            assertTrue(seen.containsAll(Set.of("SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "HSTS_time", "LUCKY13", "secure_client_renego")), seen::toString);
            // The certificate is the test's own, made for two days, and nobody's who is known.
            assertEquals(List.of(), findings.stream().filter(each -> !HARMLESS.contains(each.get("severity").stringValue()))
                    .filter(each -> !each.get("id").stringValue().startsWith("cert_")).map(JsonNode::toString).toList());
            assertTrue(findings.stream().filter(each -> Set.of("SSLv2", "SSLv3", "TLS1", "TLS1_1").contains(each.get("id").stringValue()))
                    .allMatch(each -> each.get("finding").stringValue().startsWith("not offered")));
        }
    }
}
