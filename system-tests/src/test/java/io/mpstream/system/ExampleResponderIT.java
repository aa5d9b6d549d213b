package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project in examples/responder, outside the checkout: built and tested against an installed mpstream-api, then run. */
class ExampleResponderIT {
    private static final Path ROOT = RunningServer.RUN_SH.getParent();
    private static final Path OWN_REPOSITORY = Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));

    @TempDir
    Path folder;

    @Test
    void exampleIsBuiltAgainstTheInstalledApiAndAnswers() throws Exception {
        Path project = folder.resolve("project");
        copy(ROOT.resolve("examples/responder"), project);
        build(project, repository());
        String report = Files.readString(project.resolve("target/surefire-reports/com.example.ShoutTest.txt"));
        assertTrue(report.contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0"), report);
        String jar = project.resolve("target/shout-1.0.jar").toString();
        try (RunningServer server = RunningServer.start(folder, "--responder", "com.example.Shout", "--responder-path", jar); Wire wire = server.connect()) {
            assertEquals("WAKE UP, NEO\n", wire.ask("wake up, neo").response().body());
        }
    }

    /** Sources only: somebody may have built it there. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> !file.startsWith(from.resolve("target"))).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** A local repository with the plug-ins of this build's, and of MPStream the API alone, as install puts it there. */
    private Path repository() throws IOException {
        Path repository = folder.resolve("repository");
        link(OWN_REPOSITORY, repository, "io");
        link(OWN_REPOSITORY.resolve("io"), repository.resolve("io"), "mpstream");
        Matcher version = Pattern.compile("(?m)^  <version>(.*)</version>").matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(version.find());
        String number = version.group(1);
        install(repository, "mpstream", number, ".pom", ROOT.resolve("pom.xml"));
        install(repository, "mpstream-api", number, ".pom", ROOT.resolve("api/pom.xml"));
        for (String end : List.of(".jar", "-tests.jar")) {
            install(repository, "mpstream-api", number, end, ROOT.resolve("api/target/mpstream-api-" + number + end));
        }
        return repository;
    }

    private static void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> all = Files.list(from)) {
            for (Path each : all.filter(path -> !path.endsWith(except)).toList()) {
                Files.createSymbolicLink(to.resolve(each.getFileName()), each);
            }
        }
    }

    private static void install(Path repository, String artifact, String version, String end, Path file) throws IOException {
        Path place = Files.createDirectories(repository.resolve("io/mpstream").resolve(artifact).resolve(version));
        Files.copy(file, place.resolve(artifact + "-" + version + end));
    }

    private void build(Path project, Path repository) throws IOException, InterruptedException {
        Path output = folder.resolve("build.log");
        // Whatever names the repositories of this build have, all is there.
        Process build = new ProcessBuilder("mvn", "-o", "-q", "-B", "-Dmaven.repo.local=" + repository, "-Dmaven.legacyLocalRepo=true", "package")
                .directory(project.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertEquals(0, build.waitFor(), Files.readString(output));
    }
}
