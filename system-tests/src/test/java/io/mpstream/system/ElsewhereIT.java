package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** run.sh from anywhere, by any name, with any environment and locale. */
@Order(1)
class ElsewhereIT {
    private static final Path ROOT = RunningServer.RUN_SH.getParent();

    @TempDir
    Path folder;

    /** What came of a command: its status, and what it printed. */
    private record Outcome(int status, String output) {
    }

    private Outcome run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> command + " goes on: " + read(output));
        return new Outcome(process.exitValue(), read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts, asks, stops; returns the answer. In a shell, since this JVM's own locale must not decide how names are written. */
    private String ask(String environment, String runSh, String options) throws IOException, InterruptedException {
        int port = RunningServer.freePort();
        Path script = Files.writeString(folder.resolve("ask.sh"), """
                %s %s --server-port %d %s >log.txt 2>&1 &
                server=$!
                left=300
                until grep -q 'is ready at' log.txt; do
                  sleep 0.1
                  left=$((left - 1))
                  [ $left -gt 0 ] && kill -0 $server || { cat log.txt; break; }
                done
                until curl -sNf --max-time 3 'http://127.0.0.1:%d/v1/feed/news?offset=0&live=false' | grep .; do sleep 0.1; left=$((left - 1)); [ $left -gt 0 ] || break; done
                kill $server
                wait $server
                """.formatted(environment, runSh, port, options, port));
        return run(Map.of("PATH", System.getenv("PATH")), List.of("bash", script.toString())).output();
    }

    @Test
    void namesAreUtf8WhateverTheLocale() throws Exception {
        Path responder = Files.writeString(Files.createDirectory(folder.resolve("回答")).resolve("Echo.java"), """
                import io.mpstream.responder.Query;
                import io.mpstream.responder.*;
                public class Echo implements Responder {
                    public void respond(Query query, Reply reply) throws Exception {
                        reply.write("醒醒：" + query.text());
                        Thread.sleep(30_000);
                    }
                }
                """);
        for (String locale : List.of("env LC_ALL=POSIX LANG=en_US.UTF-8", "env LANG=de_DE.ISO-8859-1 LC_TIME=nowhere")) {
            String answer = ask(locale, "bash " + ROOT.resolve("run.sh"), "--feed 'news=醒醒' --data-dir 数据 --responder '" + responder + "'");
            assertTrue(answer.contains("醒醒：醒醒"), locale + ": " + answer);
            assertTrue(Files.isDirectory(folder.resolve("数据/requests")));
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        Path script = folder.resolve("gbk.sh");
        Files.write(script, ("exec bash " + ROOT.resolve("run.sh") + " --server-port 0 --feed 'news=\u00d0\u00d1'\n").getBytes(StandardCharsets.ISO_8859_1));
        Outcome outcome = run(Map.of("PATH", System.getenv("PATH")), List.of("bash", script.toString()));
        assertEquals(2, outcome.status(), outcome.output());
        assertTrue(outcome.output().startsWith("mpstream: --feed is not UTF-8") && outcome.output().lines().count() == 1, outcome.output());
    }

    @Test
    void runsByAnyNameAndWithoutAnEnvironment() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("mpstream"), ROOT.resolve("run.sh"));
        Files.createDirectory(folder.resolve("bin"));
        Path relative = Files.createSymbolicLink(folder.resolve("bin/mp"), Path.of("../mpstream"));
        for (List<String> command : List.of(List.of(link.toString(), "--help"), List.of(relative.toString(), "--help"), List.of("sh", link.toString(), "--help"),
                List.of("sh", ROOT.resolve("run.sh").toString(), "--help"), List.of("bash", "--posix", ROOT.resolve("run.sh").toString(), "--help"))) {
            Outcome outcome = run(Map.of("PATH", System.getenv("PATH"), "CDPATH", "/:/tmp"), command);
            assertEquals(0, outcome.status(), outcome.output());
            assertTrue(outcome.output().contains("--on-disconnect"), outcome.output());
        }
    }

    @Test
    void optionsOfTheJvmMayBeQuoted() throws Exception {
        String runSh = ROOT.resolve("run.sh").toString();
        Map<String, String> quoted = Map.of("PATH", System.getenv("PATH"), "MPSTREAM_JAVA_OPTS", "-Da='b c' \"-Dd=e f\" -XX:+PrintFlagsFinal");
        assertEquals(0, run(quoted, List.of("bash", runSh, "--help")).status());
        Outcome open = run(Map.of("PATH", System.getenv("PATH"), "MPSTREAM_JAVA_OPTS", "-Da='b"), List.of("bash", runSh, "--help"));
        assertEquals(2, open.status());
        assertEquals("mpstream: MPSTREAM_JAVA_OPTS has a quote without its pair\n", open.output());
    }

    @Test
    void copyOfABuiltTreeRunsWithoutMavenAndWithItsOwnJars() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("项目 copy"));
        for (String name : List.of("run.sh", "jvm.options", "pom.xml")) {
            copy(ROOT.resolve(name), copy.resolve(name));
        }
        for (String module : List.of("api", "common", "responders", "producer", "page", "streamer", "single", "otel", "client")) {
            copyTree(ROOT.resolve(module).resolve("src/main"), copy.resolve(module).resolve("src/main"));
            copy(ROOT.resolve(module).resolve("pom.xml"), copy.resolve(module).resolve("pom.xml"));
            if (Files.isDirectory(ROOT.resolve(module).resolve("target/lib"))) {
                copyTree(ROOT.resolve(module).resolve("target/lib"), copy.resolve(module).resolve("target/lib"));
            }
            try (Stream<Path> files = Files.list(ROOT.resolve(module).resolve("target"))) {
                // Jars first: of a start-up cache that is older than its jar another is made, which takes as long as all else here.
                for (Path file : files.filter(each -> each.toString().matches(".*\\.(jar|aot)")).sorted().toList()) {
                    copy(file, copy.resolve(module).resolve("target").resolve(file.getFileName()));
                }
            }
        }
        // Sources that are newer than what was built of them, and what others have left there.
        Files.setLastModifiedTime(copy.resolve("producer/src/main/java/io/mpstream/producer/Producer.java"), FileTime.from(Instant.now().plusSeconds(5)));
        for (String stale : List.of("producer/target/mpstream-producer-0.0.1.jar", "producer/target/mpstream-producer-0.1.0-sources.jar", "producer/target/lib/mpstream-common-0.0.1.jar",
                "streamer/target/mpstream-streamer-9.9.9.jar")) {
            Files.writeString(copy.resolve(stale), "no jar at all");
        }
        Path bin = Files.createDirectory(folder.resolve("bin"));
        try (Stream<Path> programs = Stream.of("/usr/bin", "/bin").map(Path::of).flatMap(ElsewhereIT::list)) {
            for (Path program : programs.filter(file -> !file.getFileName().toString().equals("mvn")).toList()) {
                if (!Files.exists(bin.resolve(program.getFileName()))) {
                    Files.createSymbolicLink(bin.resolve(program.getFileName()), program);
                }
            }
        }
        String answer = ask("env PATH=" + bin, "bash '" + copy.resolve("run.sh") + "'", "--feed news=fine --responder echo");
        assertTrue(answer.contains("fine"), answer);
    }

    private static Stream<Path> list(Path directory) {
        try {
            return Files.list(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(from)) {
            all.filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path file : files) {
            copy(file, to.resolve(from.relativize(file).toString()));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }
}
