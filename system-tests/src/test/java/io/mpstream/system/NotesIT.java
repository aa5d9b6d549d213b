package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a responder says of its answer besides the text comes with the end, to whoever reads, whenever. */
class NotesIT {
    private static final String QUERY = "remark model m | say x | remark finish_reason a\"b | remark model n";
    private static final String NOTES = "\"notes\":{\"model\":\"n\",\"finish_reason\":\"a\\\"b\"}";

    @TempDir
    static Path folder;
    @AutoClose
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(folder, "--responder", Steps.responder());
    }

    private static String posted(String query, String format) {
        return Requests.to(server).post("/v1/streams?format=" + format, "{'query':'" + query.replace("\"", "\\\"") + "'}").body();
    }

    @Test
    void endOfEachFormatHasThem() {
        String events = posted(QUERY, "sse");
        assertTrue(events.contains("event: end\ndata: {\"outcome\":\"completed\",\"offset\":1,"), events);
        assertTrue(events.contains(NOTES), events);
        String lines = posted(QUERY, "ndjson");
        assertTrue(lines.contains(NOTES + "}}"), lines);
        assertFalse(posted("say x", "ndjson").contains("notes"));
    }

    @Test
    void answerThatFailsHasThemToo() {
        String lines = posted("remark model m | say x | fail", "ndjson");
        assertTrue(lines.contains("\"outcome\":\"failed\"") && lines.contains("\"notes\":{\"model\":\"m\"}"), lines);
        assertTrue(posted("remark 1 m", "sse").contains("event: failed"));
    }

    @Test
    void theyOutliveBothProcessesAndAreInTheAudit() throws IOException {
        String stream = Requests.to(server).ask(QUERY);
        Path audit = folder.resolve("data").resolve("audit.log");
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Files.exists(audit) && Files.readString(audit).contains(stream));
        String line = Files.readString(audit).lines().filter(each -> each.contains(stream)).findFirst().orElseThrow();
        assertTrue(line.endsWith("," + NOTES + "}"), line);
        server.kill("producer");
        server.kill("streamer");
        Awaitility.await().atMost(20, TimeUnit.SECONDS).ignoreExceptions().until(() -> Requests.to(server).get("/readyz").status() == 200);
        assertTrue(Requests.to(server).get("/v1/stream/" + stream + "?format=ndjson").body().contains(NOTES));
        assertEquals(200, Requests.to(server).get("/v1/stream/" + stream).status());
    }
}
