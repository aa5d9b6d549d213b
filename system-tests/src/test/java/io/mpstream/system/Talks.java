package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * All talks in all ways that some clients have to ask. A client is a script, which does all jobs of a file at once and prints a line of JSON when
 * the first text of one is there, and one when it is over.
 */
final class Talks {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final Map<String, List<String>> ways;
    private final List<Errand> errands;
    private final Map<String, Talk.Heard> heard = new HashMap<>();
    /** What scripts printed besides. */
    private final StringBuilder besides = new StringBuilder();

    /** With the ways of each script. */
    Talks(Path folder, Map<String, List<String>> ways, List<Errand> errands) {
        this.folder = folder;
        this.ways = ways;
        this.errands = errands;
    }

    /** Something that only one client can, and what it prints; the end is a pattern. */
    record Errand(String script, String way, String query, String text, String end) {
    }

    /** Asks for all at once. */
    void askAll() throws IOException {
        List<ClientProgram> programs = new ArrayList<>();
        try (Front front = new Front(folder)) {
            for (String script : ways.keySet()) {
                programs.add(start(script, jobs(script, front)));
            }
            programs.forEach(program -> program.awaitOutput(output -> output.contains("afterMs")));
            front.letWait();
            programs.forEach(program -> hear(program.whole()));
        } finally {
            programs.forEach(ClientProgram::close);
        }
    }

    private List<Map<String, Object>> jobs(String script, Front front) {
        List<Map<String, Object>> jobs = new ArrayList<>();
        for (String way : ways.get(script)) {
            for (Talk talk : talks(script, way)) {
                Path files = files(script, way, talk.name());
                Map<String, Object> job = job(front.server(talk), way, talk.name(), talk.messages(files, isPrompt(way)));
                if (talk.leaves()) {
                    job.put(isWhole(way) ? "leavesAt" : "leaves", talk.asked(files).toString());
                }
                jobs.add(job);
            }
        }
        for (Errand errand : errands) {
            if (errand.script().equals(script)) {
                jobs.add(job(front.ready(), errand.way(), "", PythonDispatch.messages(errand.query())));
            }
        }
        return jobs;
    }

    private Map<String, Object> job(RunningServer server, String way, String name, List<Message> messages) {
        return new LinkedHashMap<>(Map.of("address", server.address().toString(), "model", Front.MODEL, "way", way, "name", name, "messages", messages,
                "gate", folder.resolve(way).toString()));
    }

    /** Those that a way is good for: Java's blocking calls, and LangChain4j's completions, have no way to leave. */
    private static List<Talk> talks(String script, String way) {
        boolean canLeave = script.endsWith(".mjs") || !isWhole(way) && !(script.startsWith("LangChain4j") && isPrompt(way));
        return Stream.of(Talk.values()).filter(talk -> canLeave || !talk.leaves()).toList();
    }

    private Path files(String script, String way, String name) {
        return Front.folder(folder, script + " " + way + " " + name);
    }

    private static boolean isWhole(String way) {
        return way.endsWith("as a whole");
    }

    private static boolean isPrompt(String way) {
        return way.equals("completions");
    }

    private ClientProgram start(String script, List<Map<String, Object>> jobs) throws IOException {
        String file = Files.writeString(Files.createTempFile(folder, "jobs", ".json"), JSON.writeValueAsString(jobs)).toString();
        return script.endsWith(".mjs") ? ClientProgram.module(script, file) : ClientProgram.java(script, file);
    }

    /** Remembers what a script printed. */
    private void hear(String output) {
        Map<String, Long> began = new HashMap<>();
        output.lines().filter(line -> !line.startsWith("{")).forEach(line -> besides.append('\n').append(line));
        for (JsonNode line : output.lines().filter(line -> line.startsWith("{")).map(JSON::readTree).toList()) {
            String key = key(line.get("script").asString(), line.get("way").asString(), line.get("name").asString());
            if (line.has("afterMs")) {
                began.put(key, line.get("afterMs").asLong());
            } else if (line.has("end")) {
                heard.put(key, new Talk.Heard(line.get("text").asString(), line.get("end").asString(), began.getOrDefault(key, 0L)));
            }
        }
    }

    private Talk.Heard heard(String script, String way, String name) {
        String key = key(script, way, name);
        assertTrue(heard.containsKey(key), key + " is not over" + besides);
        return heard.get(key);
    }

    private static String key(String script, String way, String name) {
        return script + ", " + way + ", " + name;
    }

    /** Whether each client told its user what is so. */
    Stream<DynamicTest> tests() {
        Stream<DynamicTest> talks = ways.keySet().stream().flatMap(script -> ways.get(script).stream().flatMap(way -> talks(script, way).stream().map(
                talk -> DynamicTest.dynamicTest(key(script, way, talk.name()), () -> talk.check(files(script, way, talk.name()), isWhole(way), isPrompt(way),
                        heard(script, way, talk.name()))))));
        return Stream.concat(talks, errands.stream().map(errand -> DynamicTest.dynamicTest(key(errand.script(), errand.way(), ""), () -> {
            Talk.Heard one = heard(errand.script(), errand.way(), "");
            assertTrue(one.end().matches(errand.end()), one.end());
            assertEquals(errand.text(), one.text());
        })));
    }

    /** Kills the streamer while all of them read, each in a way in which it comes back; what it prints at the end is the text, or ends with it. */
    void kill(Map<String, List<String>> resumed) throws IOException {
        Path gate = folder.resolve("killed-gate");
        Map<String, ClientProgram> programs = new HashMap<>();
        try (RunningServer server = RunningServer.start(Front.folder(folder, "killed"), "--responder", Front.MODEL + "=" + Steps.responder())) {
            for (String script : resumed.keySet()) {
                programs.put(script, start(script, resumed.get(script).stream().map(way -> job(server, way, "", PythonDispatch.messages(
                        Steps.of("note " + notes(script, way), "number 0 50 10", "await " + gate, "number 50 150 10")))).toList()));
            }
            programs.forEach((script, program) -> program.awaitOutput(output -> output.split("afterMs").length > resumed.get(script).size()));
            server.kill("streamer");
            // A chat is come back to only while its answer runs.
            programs.forEach((script, program) -> program.awaitOutput(output -> !script.startsWith("react") || output.contains("isBack")));
            Steps.open(gate);
            programs.values().forEach(program -> hear(program.whole()));
        } finally {
            programs.values().forEach(ClientProgram::close);
        }
        String all = Steps.numbers(0, 150);
        resumed.forEach((script, some) -> some.forEach(way -> {
            Talk.Heard one = heard(script, way, "");
            assertEquals(all, one.end().replaceFirst("(?s)^ready; .*; ", ""), way);
            assertTrue(one.end().startsWith("ready") || one.text().equals(all), way + ": " + one.text());
            assertEquals(1, Steps.noted(notes(script, way)), way);
        }));
    }

    private Path notes(String script, String way) {
        return files(script, way, "notes").resolve("asked");
    }
}
