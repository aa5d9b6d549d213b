package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that would leave a door open are refused, with a line that says which. */
class ClosedIT {
    private static final String SECRET = new String(Keys.SECRET, StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    @Test
    void startThatWouldLeaveADoorOpenIsRefused() throws IOException {
        assertRefused("--auth", "--server-ip", "0.0.0.0");
        assertRefused("--allow-anonymous", "--server-ip", "0.0.0.0", "--single");
        Path open = Keys.permit(Keys.secretFile(folder, "open", Keys.SECRET), "rw-r-----");
        assertRefused("chmod 600", "streamer", "--auth", "jwt", "--jwt-secret-file", open.toString());
    }

    private void assertRefused(String word, String... args) throws IOException {
        Map<String, String> environment = Map.of("MPSTREAM_SERVER_PORT", Integer.toString(RunningServer.freePort()), "MPSTREAM_DATA_DIR", Files.createTempDirectory(folder, "data").toString());
        try (RunningServer server = RunningServer.run(folder, environment, args)) {
            assertEquals(2, server.awaitExit(), server.output().toString());
            assertEquals(1, server.said().size(), server.said().toString());
            String line = server.said().getFirst();
            assertTrue(line.startsWith("mpstream") && line.contains(word) && !line.contains(SECRET), line);
        }
    }

    @Test
    void addressThatOthersReachIsServedWithEither() throws IOException {
        String secret = Keys.secretFile(folder).toString();
        for (List<String> options : List.of(List.of("--allow-anonymous"), List.of("--auth", "jwt", "--jwt-secret-file", secret))) {
            List<String> args = new ArrayList<>(List.of("--server-ip", "0.0.0.0", "--single", "--responder", Steps.responder()));
            args.addAll(options);
            try (RunningServer server = RunningServer.start(folder, args.toArray(String[]::new))) {
                assertEquals("x", Requests.to(server).as(Jwt.of("Neo").by(Keys.SECRET)).answer("say x"));
                assertEquals(options.size() == 1 ? 200 : 401, Requests.to(server).get("/say%20x").status());
            }
        }
    }

    @Test
    void secretOfTheEnvironmentWorksAndShowsNowhere() throws IOException {
        String secret = "äöü a secret of the environment, long";
        String issuing = "issuing secret!!";
        Map<String, String> environment = Map.of("MPSTREAM_JWT_SECRET", secret, "MPSTREAM_ISSUE_SECRET", issuing);
        RunningServer server = RunningServer.start(folder, environment, "--responder", Steps.responder(), "--auth", "jwt", "--issue-tokens");
        try (server) {
            Requests nobody = Requests.to(server);
            assertEquals("Neo;", nobody.as(Jwt.of("Neo").by(secret.getBytes(StandardCharsets.UTF_8))).answer("user"));
            Requests.assertRefused(401, Requests.INVALID, nobody.as(Jwt.of("Neo").by(Keys.SECRET)).get("/user"));
            String issued = Requests.field(200, "token", nobody.as(issuing).post("/generate_token", "{'user_id':'Trinity'}", "Via: 1.1 proxy"));
            assertEquals("Trinity;", nobody.as(issued).answer("user"));
            for (ProcessHandle process : server.processes()) {
                String shown = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.UTF_8);
                assertFalse(shown.contains(secret) || shown.contains(issuing), shown);
            }
        }
        assertTrue(server.output().stream().noneMatch(line -> line.contains(secret) || line.contains(issuing)), () -> server.output().toString());
    }
}
