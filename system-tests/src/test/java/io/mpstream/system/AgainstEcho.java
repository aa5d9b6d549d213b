package io.mpstream.system;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests against one server, which echoes: whatever it takes for a query is to be seen in its answer. */
abstract class AgainstEcho {
    @TempDir
    static Path folder;
    static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", "echo");
    }

    @AfterAll
    static void stop() {
        server.close();
    }
}
