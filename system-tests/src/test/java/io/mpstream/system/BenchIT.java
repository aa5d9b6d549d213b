package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The benchmark runs, and leaves nothing behind. */
@Isolated("it takes all that the machine has, and looks for what is left of it")
class BenchIT {
    private static final String BENCH = RunningServer.RUN_SH.resolveSibling("bench/run.sh").toString();

    private static final Path SCRATCH = RunningServer.RUN_SH.resolveSibling("bench/target/scratch");

    @TempDir
    Path folder;

    @Test
    void shortRunWritesTableJsonAndChart() throws IOException, InterruptedException {
        assertEquals(0, bench("--quick", "--only", "firehose,first-character", "--who", "mpstream,ceiling", "--results", "results"), output());
        JsonNode rows = JsonMapper.shared().readTree(folder.resolve("results/results.json").toFile()).get("rows");
        assertEquals(4, rows.size());
        rows.forEach(row -> {
            assertTrue(row.get("figures").get(row.get("headline").asString()).asDouble() > 0, row.toString());
            assertEquals(0, row.get("figures").get("errors").asInt(), row.toString());
        });
        assertTrue(Files.readString(folder.resolve("results/table.md")).contains("| firehose, 1 client"));
        assertTrue(Files.readString(folder.resolve("results/chart.svg")).contains("firehose, 1 client"));
        try (Stream<Path> left = Files.list(SCRATCH)) {
            assertEquals(List.of(), left.toList());
        }
        assertEquals(0, RunningServer.withArgument("-Dbench.role="));
        assertEquals(0, RunningServer.withArgument(SCRATCH.toString()));
    }

    @Test
    void wrongOptionIsRefused() throws IOException, InterruptedException {
        assertEquals(2, bench("--fast"));
        assertTrue(output().contains("--fast"), output());
    }

    private int bench(String... args) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of("bash", BENCH), Stream.of(args)).toList())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(90, TimeUnit.SECONDS), "it takes too long: " + output());
            return process.exitValue();
        } finally {
            // It stops what it started.
            process.destroy();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
