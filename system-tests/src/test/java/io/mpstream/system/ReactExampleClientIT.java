package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The example in React: built as its page says, and looked at in a browser. */
@Order(1)
@Timeout(300)
class ReactExampleClientIT {
    private static final Path EXAMPLE = RunningServer.RUN_SH.resolveSibling("examples").resolve("react");
    private static final String HEADING = "React";

    @TempDir
    Path folder;

    @Test
    void feedAndAnswersGoOnWhenTheStreamerIsKilled() {
        ClientProgram.assumeInstalled("npm", "npm");
        assumeTrue(Files.isDirectory(EXAMPLE.resolve("node_modules/vite")), "Vite is not there; run npm ci in examples/react (.ci/run does)");
        assertTrue(ExamplesIT.commands(HEADING).contains("npm run dev --prefix examples/react"));
        int port = RunningServer.freePort();
        String out = folder.resolve("dist").toString();
        try (RunningServer server = ExamplesIT.start(folder, HEADING);
                ClientProgram build = npm(server, "build", "--outDir", out);
                ClientProgram serve = npm(server, built(build, "preview"), "--outDir", out, "--port", Integer.toString(port), "--strictPort");
                Browser browser = Browser.start(folder)) {
            // npm repeats the command, and the port in it, before anybody listens there.
            serve.awaitOutput(text -> text.contains("http://localhost:" + port));
            browser.open("http://localhost:" + port + "/");
            String first = browser.await(".sse pre", text -> text.contains("value"));
            browser.type(".dashboard input", "8 0.5");
            browser.find(".dashboard input").sendKeys(Keys.ENTER);
            browser.await(".dashboard article pre", text -> text.lines().count() > 1);
            server.kill("streamer");
            browser.await(".dashboard article .state", text -> text.startsWith("completed, verified"));
            assertEquals(8, browser.text(".dashboard article pre").lines().count());
            browser.await(".sse pre", text -> text.contains("value") && !text.equals(first));
            browser.await(".dashboard p", text -> text.matches("The feed has said \\d+ values, .*"));
            // React's strict mode mounts everything twice; the query was asked once.
            List<String> asked = Rebuilt.JSON.readTree(Requests.to(server).get("/v1/streams").body()).get("streams").valueStream().map(each -> each.get("query").asString()).toList();
            assertEquals(1, asked.stream().filter("8 0.5"::equals).count(), asked.toString());
        }
    }

    private static ClientProgram npm(RunningServer server, String script, String... args) {
        List<String> command = new java.util.ArrayList<>(List.of("npm", "run", script, "--prefix", EXAMPLE.toString(), "--"));
        command.addAll(List.of(args));
        return ClientProgram.start("npm", Map.of("MPSTREAM_URL", server.address().toString(), "NO_COLOR", "1"), command.toArray(String[]::new));
    }

    /** What comes after a build, which must have succeeded. */
    private static String built(ClientProgram build, String next) {
        assertEquals(0, build.exit(), build.output());
        return next;
    }
}
