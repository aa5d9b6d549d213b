package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** This version in the place of a former one, whose records have another form: while that serves, and after it has stopped. */
@Timeout(600)
class UpgradeIT {
    /** The last one that writes records of the first version. */
    private static final String FORMER = "1537a92";
    private static final Path ROOT = RunningServer.RUN_SH.getParent();
    private static final int SEGMENTS = 300;
    private static final String[] OPTIONS = {"--max-gen-len", Integer.toString(SEGMENTS), "--interval", "10ms", "--concurrency", "2", "--on-disconnect", "continue"};

    @TempDir
    static Path source;
    @TempDir
    Path folder;

    @BeforeAll
    static void buildFormer() throws Exception {
        assumeTrue(Commands.run("git", "-C", ROOT.toString(), "cat-file", "-e", FORMER + "^{commit}") == 0,
                "commit " + FORMER + " is not in this checkout's history: git fetch --unshallow gets it");
        Process build = new ProcessBuilder("bash", "-c", "git -C '" + ROOT + "' archive " + FORMER + " | tar -x && ./run.sh --java").directory(source.toFile())
                .inheritIO().start();
        assertEquals(0, build.waitFor(), "the former version could not be built");
    }

    /** Both processes of the former version. */
    private RunningServer former() {
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal", "bash", source.resolve("run.sh").toString(),
                "--server-port", Integer.toString(RunningServer.freePort()), "--drain-timeout", "0s").directory(folder.toFile());
        builder.command().addAll(List.of(OPTIONS));
        return RunningServer.run(builder).awaitReady();
    }

    private static String text(String query) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < SEGMENTS; i++) {
            text.append(query).append(": 我是新消息，我叫Message ").append(i).append(". ");
        }
        return text.toString();
    }

    private static void assertWhole(RunningServer server, String stream, String query) {
        // It may take a moment until a streamer has read what another was asked.
        Awaitility.await().until(() -> Requests.to(server).head("/v1/stream/" + stream).status() == 200);
        try (Viewer viewer = new Viewer(server, Shape.LINES)) {
            viewer.follow(stream, "").all();
            assertEquals(text(query), viewer.text());
            assertEquals("completed", viewer.outcome());
        }
    }

    /** The order that OPERATIONS.md has: the new streamer comes, the former processes go, the new producer comes. */
    @Test
    void newStreamerServesBesideTheFormerAndOutlivesIt() {
        try (RunningServer former = former(); RunningServer streamer = RunningServer.start(folder, "streamer", "--on-disconnect", "continue")) {
            String whole = Requests.to(former).ask("whole");
            assertWhole(former, whole, "whole");
            assertWhole(streamer, whole, "whole");
            assertWhole(streamer, Requests.to(former).ask("live"), "live");
            String cut = Requests.to(former).ask("cut");
            Requests.to(former).ask("another");
            String waiting = Requests.to(former).ask("waits");
            former.handle().destroy();
            assertEquals(0, former.awaitExit());
            String between = Requests.to(streamer).ask("between");
            try (RunningServer _ = RunningServer.run(folder, Map.of(), concat("producer", OPTIONS))) {
                assertWhole(streamer, cut, "cut");
                assertWhole(streamer, waiting, "waits");
                assertWhole(streamer, between, "between");
                assertWhole(streamer, whole, "whole");
            }
        }
    }

    private static String[] concat(String first, String... rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    @Test
    void newVersionTakesUpWhatAStoppedOneHasLeft() {
        String whole;
        String cut;
        String waiting;
        try (RunningServer former = former()) {
            whole = Requests.to(former).ask("whole");
            assertWhole(former, whole, "whole");
            cut = Requests.to(former).ask("cut");
            Requests.to(former).ask("another");
            waiting = Requests.to(former).ask("waits");
        }
        try (RunningServer server = RunningServer.start(folder, OPTIONS)) {
            assertWhole(server, whole, "whole");
            assertWhole(server, cut, "cut");
            assertWhole(server, waiting, "waits");
            assertEquals(text("new"), Requests.to(server).answer("new"));
        }
    }
}
