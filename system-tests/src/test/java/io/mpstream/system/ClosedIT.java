package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that would leave a door open are refused, with a line that says which. */
@Order(1)
class ClosedIT {
    private static final String SECRET = new String(Keys.SECRET, StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    /** A start, and a word that its refusal must have. */
    private record Start(String word, Map<String, String> environment, List<String> args) {
        static Start both(String word, String... args) {
            return new Start(word, Map.of(), List.of(args));
        }

        /** Of the one process that has to do with it. */
        static Start of(String word, String... args) {
            return both(word, Stream.concat(Stream.of("streamer"), Arrays.stream(args)).toArray(String[]::new));
        }

        static Start auth(String word, String... more) {
            return of(word, Stream.concat(Stream.of("--auth", "jwt"), Arrays.stream(more)).toArray(String[]::new));
        }
    }

    private void assertRefused(List<Start> starts) throws IOException {
        for (Start start : starts) {
            assertRefused(start);
        }
    }

    private void assertRefused(Start start) throws IOException {
        List<String> args = new ArrayList<>(start.args);
        args.addAll(List.of("--server-port", Integer.toString(RunningServer.freePort()), "--data-dir", Files.createTempDirectory(folder, "data").toString()));
        try (RunningServer server = RunningServer.run(folder, start.environment, args.toArray(String[]::new))) {
            assertEquals(2, server.awaitExit(), start::toString);
            assertEquals(1, server.output().size(), () -> start + " " + server.output());
            String line = server.output().getFirst();
            assertTrue(line.startsWith("mpstream") && line.contains(start.word), () -> start + " " + line);
            assertFalse(line.contains(SECRET) || line.contains("PRIVATE KEY-----\n"), line);
        }
    }

    @Test
    void addressThatOthersReachWantsUsersOrAWord() throws IOException {
        assertRefused(List.of(Start.both("--auth", "--server-ip", "0.0.0.0"), Start.both("--allow-anonymous", "--server-ip", "::"),
                Start.both("--auth", "--server-ip", "0.0.0.0", "--single"), Start.both("--auth", "--server-ip", "0.0.0.0", "--trusted-proxies", "10.0.0.0/8"),
                Start.both("--auth", "--server-ip", "0.0.0.0", "--tls-self-signed")));
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
    void optionsThatContradictEachOtherAreRefused() throws IOException {
        String secret = Keys.secretFile(folder).toString();
        String key = Keys.pemFile(folder, "ed.pem", Keys.edwards().getPublic()).toString();
        assertRefused(List.of(Start.auth("--allow-anonymous", "--jwt-secret-file", secret, "--allow-anonymous"), Start.auth("--jwt-secret-file"),
                Start.of("--jwt-secret-file", "--jwt-secret-file", secret), Start.of("--jwt-public-key", "--jwt-public-key", key),
                Start.of("--jwks-url", "--jwks-url", "https://issuer.example/keys"), Start.of("--jwt-issuer", "--jwt-issuer", "x"),
                Start.of("--jwt-audience", "--jwt-audience", "x"), Start.of("--sees-all", "--sees-all", "a=b"), Start.of("--user-claim", "--user-claim", "a"),
                Start.of("--issue-tokens", "--issue-tokens"), Start.of("--issue-secret-file", "--issue-secret-file", secret),
                new Start("--auth", Map.of("MPSTREAM_JWT_SECRET", SECRET), List.of()), Start.of("jwt", "--auth", "basic"), Start.of("jwt", "--auth", "none")));
    }

    @Test
    void secretsThatOthersReadOrGuessAreRefused() throws IOException {
        List<Start> starts = new ArrayList<>();
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----")) {
            Path file = Keys.permit(Keys.secretFile(folder, "secret-" + permissions, Keys.SECRET), permissions);
            starts.add(Start.auth("chmod 600", "--jwt-secret-file", file.toString()));
        }
        Path good = Keys.secretFile(folder);
        Path open = Keys.permit(Keys.secretFile(folder, "open", Keys.SECRET), "rw-r--r--");
        starts.add(Start.auth("chmod 600", "--jwt-secret-file", good.toString(), "--issue-tokens", "--issue-secret-file", open.toString()));
        Path weak = Keys.secretFile(folder, "short", SECRET.substring(1).getBytes(StandardCharsets.US_ASCII));
        starts.add(Start.auth("32", "--jwt-secret-file", weak.toString()));
        starts.add(Start.auth("32", "--jwt-secret-file", Keys.secretFile(folder, "ends", (SECRET.substring(1) + "\n\n").getBytes(StandardCharsets.US_ASCII)).toString()));
        starts.add(Start.auth("32", "--jwt-secret-file", Keys.secretFile(folder, "empty", new byte[0]).toString()));
        starts.add(new Start("32", Map.of("MPSTREAM_JWT_SECRET", "short"), List.of("--auth", "jwt")));
        starts.add(Start.auth("16", "--jwt-secret-file", good.toString(), "--issue-tokens", "--issue-secret-file",
                Keys.secretFile(folder, "guess", "fifteen bytes!!".getBytes(StandardCharsets.US_ASCII)).toString()));
        starts.add(Start.auth("none-such", "--jwt-secret-file", folder.resolve("none-such").toString()));
        assertRefused(starts);
    }

    @Test
    void keysThatAreWeakOrNotPublicAreRefused() throws IOException {
        Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path both = Files.writeString(folder.resolve("both.pem"), Keys.pem(Keys.edwards().getPublic()) + Keys.pem(Keys.edwards().getPrivate()));
        String good = Keys.pemFile(folder, "good.pem", Keys.edwards().getPublic()).toString();
        assertRefused(List.of(Start.auth("2048", "--jwt-public-key", Keys.pemFile(folder, "1024.pem", Keys.rsa(1024).getPublic()).toString()),
                Start.auth("2048", "--jwt-public-key", good, "--jwt-public-key", folder.resolve("1024.pem").toString()),
                Start.auth("private", "--jwt-public-key", Keys.pemFile(folder, "private.pem", Keys.rsa(2048).getPrivate()).toString()),
                Start.auth("private", "--jwt-public-key", both.toString()), Start.auth("public key", "--jwt-public-key", nonsense.toString()),
                Start.auth("public key", "--jwt-public-key", empty.toString()), Start.auth("none-such", "--jwt-public-key", folder.resolve("none-such").toString()),
                Start.auth("kind", "--jwt-public-key", Keys.pemFile(folder, "p384.pem", Keys.elliptic("secp384r1").getPublic()).toString()),
                Start.auth("--jwks-url", "--jwks-url", "http://issuer.example/keys"), Start.auth("--jwks-url", "--jwks-url", "file:///etc/passwd"),
                Start.auth("--jwks-url", "--jwks-url", "http://127.0.0.1.evil.example/keys"),
                Start.auth("--jwks-url", "--jwks-url", "http://localhost@issuer.example/keys"), Start.auth("--jwks-url", "--jwks-url", "not an address"),
                Start.auth("--sees-all", "--jwt-public-key", good, "--sees-all", "admin"), Start.auth("--token-life", "--issue-tokens", "--token-life", "0s"),
                Start.of("--trusted-proxies", "--trusted-proxies", "proxy.example"), Start.of("--trusted-proxies", "--trusted-proxies", "10.0.0.0/33")));
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
