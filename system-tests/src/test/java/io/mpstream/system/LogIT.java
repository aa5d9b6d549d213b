package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log, as it can be chosen. */
@Timeout(120)
class LogIT {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private static List<JsonNode> objects(RunningServer server) {
        return server.output().stream().filter(line -> line.startsWith("{")).map(JSON::readTree).toList();
    }

    /** The value of a field of a line; an empty string if it has none. */
    private static String field(JsonNode line, String name) {
        return StreamSupport.stream(line.path("kvpList").spliterator(), false).map(each -> each.path(name).asString("")).filter(value -> !value.isEmpty())
                .findFirst().orElse("");
    }

    @Test
    void jsonHasAnObjectALineThatNamesStreamUserAndOutcome() {
        try (RunningServer server = RunningServer.start(folder, "--log", "json", "--responder", Steps.responder())) {
            String stream = Requests.field(201, "stream", Requests.to(server).post("/v1/streams", "{'query':'fail here','user':'Neo \\u0022 Anderson'}"));
            JsonNode line = Awaitility.await().atMost(20, TimeUnit.SECONDS).until(
                    () -> objects(server).stream().filter(each -> field(each, "stream").equals(stream)).findFirst(), java.util.Optional::isPresent).orElseThrow();
            assertEquals("WARN", line.path("level").asString());
            assertEquals("producer", line.path("context").path("name").asString());
            assertEquals("failed", field(line, "outcome"));
            assertEquals("Neo \" Anderson", field(line, "user"));
            assertEquals("the responder failed on stream " + stream, line.path("formattedMessage").asString());
            assertTrue(line.path("timestamp").asLong() > 0 && line.has("throwable"), line.toString());
        }
    }

    @Test
    void linesForPeopleAreAsBefore() {
        try (RunningServer server = RunningServer.start(folder, "--responder", Steps.responder())) {
            String stream = Requests.to(server).ask("fail here");
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> server.output().stream().anyMatch(line ->
                    line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  producer \\[answer-" + stream + "] the responder failed on stream " + stream)));
        }
    }

    @Test
    void levelLeavesOutWhatIsBelowIt() {
        Map<String, String> environment = Map.of("MPSTREAM_LOG_LEVEL", "error");
        try (RunningServer server = RunningServer.start(folder, environment, "--responder", Steps.responder(), "--metrics-port", "0")) {
            Requests client = Requests.to(server);
            client.get("/fail%20here");
            client.answer("say this");
            assertTrue(server.output().stream().noneMatch(line -> line.contains(" WARN ") || line.contains(" INFO ")), server.output().toString());
        }
    }

    @Test
    void otherWordsAreRefusedInOneLine() {
        for (List<String> option : List.of(List.of("--log", "xml", "--log must be one of text, json"),
                List.of("--log-level", "loud", "--log-level must be one of error, warn, info, debug"))) {
            try (RunningServer server = RunningServer.run(folder, Map.of(), option.get(0), option.get(1))) {
                assertEquals(2, server.awaitExit(), server.output().toString());
                assertEquals(List.of("mpstream: " + option.get(2)), server.said());
            }
        }
    }
}
