package io.mpstream.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.mpstream.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The source is tested too: who imports whom, how long methods are, which words are used, what is documented. */
class TidyTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().getParent();
    private static final List<String> MODULES = List.of("api", "common", "responders", "producer", "streamer", "single", "otel", "client", "bench");
    private static final int METHOD_LINES_MAX = 50;

    private static final JavaClasses ALL = CompiledClasses.ALL;

    @Test
    void packagesImportOnlyWhatTheHouseAllows() {
        allow("io.mpstream.measure");
        allow("io.mpstream.metrics", "io.mpstream.measure", "io.mpstream.settings", "org.slf4j..", "io.micrometer..", "io.prometheus..", "com.sun.net.httpserver");
        allow("io.mpstream.streamer.metrics", "io.mpstream.measure", "io.mpstream.metrics", "io.mpstream.journal", "io.mpstream.protocol",
                "io.mpstream.streamer.encoding", "io.mpstream.streamer.limits", "io.mpstream.streamer.admission", "io.mpstream.streamer.stream",
                "io.mpstream.streamer.session", "io.mpstream.streamer.hub", "io.mpstream.streamer.http");
        allow("io.mpstream.trace", "io.mpstream.protocol", "org.slf4j..");
        allow("io.mpstream.otel", "io.mpstream.trace", "io.mpstream.protocol", "io.mpstream.settings", "org.slf4j..", "io.opentelemetry..", "java.util.logging");
        allow("io.mpstream.agent", "org.slf4j..");
        allow("io.mpstream.files", "org.slf4j..");
        allow("io.mpstream.journal", "io.mpstream.agent", "org.slf4j..");
        allow("io.mpstream.journal.chronicle", "io.mpstream.journal", "io.mpstream.agent", "io.mpstream.files", "org.slf4j..", "net.openhft..");
        allow("io.mpstream.protocol", "io.mpstream.journal");
        allow("io.mpstream.settings", "io.mpstream.files", "io.mpstream.protocol", "org.slf4j..", "picocli..");
        allow("io.mpstream.process", "ch.qos.logback..", "io.mpstream.settings", "io.mpstream.files", "io.mpstream.journal..", "io.mpstream.protocol", "org.slf4j..");
        allow("io.mpstream.responder");
        allow("io.mpstream.responders", "io.mpstream.responder");
        allow("io.mpstream.responders.exec", "io.mpstream.responder", "io.mpstream.responders", "org.slf4j..", "tools.jackson..", "com.fasterxml.jackson.annotation..");
        allow("io.mpstream.responders.openai", "io.mpstream.responder", "io.mpstream.responders", "tools.jackson..", "java.net.http..");
        allow("io.mpstream.producer.loading", "io.mpstream.responder", "io.mpstream.protocol", "io.mpstream.settings", "javax.tools..");
        allow("io.mpstream.producer", "io.mpstream.producer.loading", "io.mpstream.responder", "io.mpstream.protocol", "io.mpstream.journal",
                "io.mpstream.agent", "io.mpstream.settings", "io.mpstream.process", "io.mpstream.files", "io.mpstream.measure", "io.mpstream.metrics", "io.mpstream.trace", "org.slf4j..");
        allow("io.mpstream.streamer.json", "io.mpstream.protocol", "tools.jackson..");
        allow("io.mpstream.streamer.encoding", "io.mpstream.protocol", "io.mpstream.streamer.json", "tools.jackson..");
        allow("io.mpstream.streamer.dialect", "io.mpstream.protocol", "io.mpstream.streamer.json", "io.mpstream.streamer.encoding", "tools.jackson..");
        allow("io.mpstream.streamer.text", "io.mpstream.protocol", "io.mpstream.journal", "io.mpstream.agent", "io.mpstream.streamer.encoding", "org.slf4j..");
        allow("io.mpstream.streamer.limits", "io.mpstream.agent", "io.mpstream.settings", "io.mpstream.process");
        allow("io.mpstream.streamer.stream", "io.mpstream.protocol", "io.mpstream.agent", "io.mpstream.settings", "io.mpstream.streamer.encoding", "io.mpstream.streamer.text",
                "io.mpstream.streamer.limits", "io.mpstream.trace", "org.slf4j..");
        allow("io.mpstream.streamer.session", "io.mpstream.measure", "io.mpstream.protocol", "io.mpstream.agent", "io.mpstream.settings", "io.mpstream.streamer.encoding", "io.mpstream.streamer.text",
                "io.mpstream.streamer.limits", "io.mpstream.streamer.stream", "org.slf4j..");
        allow("io.mpstream.streamer.admission", "io.mpstream.protocol", "io.mpstream.journal", "io.mpstream.agent", "io.mpstream.streamer.encoding",
                "io.mpstream.streamer.limits", "io.mpstream.streamer.stream", "io.mpstream.trace", "org.slf4j..");
        allow("io.mpstream.streamer.hub", "io.mpstream.measure", "io.mpstream.protocol", "io.mpstream.journal", "io.mpstream.agent", "io.mpstream.settings",
                "io.mpstream.streamer.encoding", "io.mpstream.streamer.text", "io.mpstream.streamer.limits", "io.mpstream.streamer.stream",
                "io.mpstream.streamer.session", "io.mpstream.streamer.admission", "io.mpstream.files", "io.mpstream.trace", "org.slf4j..");
        allow("io.mpstream.streamer.auth", "io.mpstream.settings", "io.mpstream.files", "io.mpstream.protocol", "org.slf4j..", "com.nimbusds..", "javax.crypto..");
        allow("io.mpstream.streamer.http.request", "io.mpstream.protocol", "io.mpstream.settings", "io.mpstream.streamer.json", "io.mpstream.streamer.encoding", "io.mpstream.streamer.auth", "io.mpstream.streamer.limits",
                "io.mpstream.streamer.stream", "io.mpstream.streamer.session", "org.slf4j..", "io.undertow..");
        allow("io.mpstream.streamer.http.guard", "io.mpstream.agent", "io.mpstream.streamer.limits", "io.mpstream.streamer.http.request", "org.slf4j..", "io.undertow..",
                "org.xnio..", "javax.net.ssl");
        allow("io.mpstream.streamer.http.response", "io.mpstream.protocol", "io.mpstream.streamer.json", "io.mpstream.streamer.encoding", "io.mpstream.streamer.dialect", "io.mpstream.streamer.auth", "io.mpstream.streamer.limits",
                "io.mpstream.streamer.stream", "io.mpstream.streamer.session", "io.mpstream.streamer.hub", "io.mpstream.streamer.http.request",
                "io.mpstream.streamer.http.guard", "org.slf4j..", "io.undertow..", "org.xnio..");
        allow("io.mpstream.streamer.http.websocket", "io.mpstream.protocol", "io.mpstream.agent", "io.mpstream.settings", "io.mpstream.streamer.json", "io.mpstream.streamer.encoding", "io.mpstream.streamer.auth", "io.mpstream.streamer.limits",
                "io.mpstream.streamer.stream", "io.mpstream.streamer.session", "io.mpstream.streamer.hub", "io.mpstream.streamer.http.request",
                "io.mpstream.streamer.http.guard", "io.mpstream.streamer.http.response", "org.slf4j..", "io.undertow..", "org.xnio..");
        allow("io.mpstream.streamer.http", "io.mpstream.agent", "io.mpstream.protocol", "io.mpstream.settings", "io.mpstream.streamer..", "org.slf4j..",
                "io.undertow..", "org.xnio..", "javax.net.ssl");
        allow("io.mpstream.single", "io.mpstream.protocol", "io.mpstream.journal", "io.mpstream.settings", "io.mpstream.process", "io.mpstream.responder",
                "io.mpstream.metrics", "io.mpstream.producer", "io.mpstream.producer.loading", "io.mpstream.streamer");
        allow("io.mpstream.client.json");
        allow("io.mpstream.client.cli", "io.mpstream.client..", "com.sun.net.httpserver");
        allow("io.mpstream.client", "io.mpstream.client.json", "java.net.http..", "javax.net.ssl");
        allow("io.mpstream.bench", "io.mpstream.protocol", "io.mpstream.journal..", "io.mpstream.responder", "io.mpstream.streamer.encoding",
                "org.HdrHistogram..", "org.openjdk.jmh..", "picocli..", "tools.jackson..", "io.undertow..", "org.xnio..");
        allow("io.mpstream.streamer", "io.mpstream.metrics", "io.mpstream.trace", "io.mpstream.protocol", "io.mpstream.journal", "io.mpstream.agent", "io.mpstream.settings", "io.mpstream.process",
                "io.mpstream.streamer..");
    }

    private static void allow(String owner, String... others) {
        List<String> allowed = new ArrayList<>(List.of(others));
        allowed.addAll(List.of(owner, "java..", ""));
        classes().that().resideInAPackage(owner).should().onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
                .check(ALL);
    }

    @Test
    void producerAndStreamerNeverMeet() {
        noClasses().that().resideInAnyPackage("io.mpstream.producer..", "io.mpstream.responder", "io.mpstream.responders")
                .should().dependOnClassesThat(resideInAPackage("io.mpstream.streamer..")).check(ALL);
        noClasses().that().resideInAPackage("io.mpstream.streamer..").should()
                .dependOnClassesThat(resideInAnyPackage("io.mpstream.producer..", "io.mpstream.responder", "io.mpstream.responders")).check(ALL);
    }

    @Test
    void methodsFitAScreen() {
        // A method, of a type or of one nested in it, ends at the first closing brace of its own indentation.
        Pattern method = Pattern.compile("(?m)^(    |        )(?! )[^/*@\\s}][^;=]*\\) (?:throws [\\w, ]+ )?\\{$");
        List<String> tooLong = new ArrayList<>();
        sources().forEach((path) -> {
            String text = read(path);
            Matcher start = method.matcher(text);
            while (start.find()) {
                int end = text.indexOf("\n" + start.group(1) + "}\n", start.end());
                long lines = end < 0 ? 0 : text.substring(start.start(), end).lines().count();
                String head = start.group().strip();
                if (lines > METHOD_LINES_MAX) {
                    tooLong.add(path.getFileName() + ": " + head + " " + lines);
                }
            }
        });
        assertEquals(List.of(), tooLong);
    }

    @Test
    void wordsAreThoseOfTheGlossary() {
        Pattern banned = Pattern.compile("\\w*(Impl|Util|Utils|Manager|Helper|Data|Info)");
        ALL.stream().map(type -> type.getSimpleName()).forEach(name -> assertTrue(!banned.matcher(name).matches(), name));
        sources().forEach(path -> {
            String text = read(path);
            for (String word : List.of("TODO", "FIXME", "XXX", "printStackTrace", "System.out.print", "@author", "@SuppressWarnings(\"all\")")) {
                assertTrue(!text.contains(word), path + " says " + word);
            }
            String own = text.replaceAll("@Override\\s+[^\\n]*\\n", "");
            assertTrue(!Pattern.compile("\\bget[A-Z]\\w*\\(\\)\\s*\\{").matcher(own).find(), path + " has an accessor with get");
        });
    }

    @Test
    void publicTypesAndTheirMethodsAreDocumented() {
        Pattern declared = Pattern.compile("^( {0,4})public (?!static void main).*[({]$|^( {0,4})public .*\\(.*$");
        List<String> bare = new ArrayList<>();
        sources().forEach(path -> {
            List<String> lines = read(path).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (declared.matcher(lines.get(i)).find() && !isDocumented(lines, i)) {
                    bare.add(path.getFileName() + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
        });
        assertEquals(List.of(), bare);
    }

    private static boolean isDocumented(List<String> lines, int at) {
        int i = at - 1;
        boolean overrides = false;
        while (lines.get(i).strip().startsWith("@") || lines.get(i).startsWith("        ")) {
            overrides |= lines.get(i).contains("@Override");
            i--;
        }
        return overrides || lines.get(i).endsWith("*/");
    }

    @Test
    void packagesSayWhatTheyAre() throws IOException {
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    assertTrue(Files.exists(file.resolveSibling("package-info.java")), file.toString());
                }
            }
        }
    }

    @Test
    void everyThreadIsInTheConcurrencyPage() {
        String page = read(ROOT.resolve("docs/CONCURRENCY.md"));
        Pattern name = Pattern.compile("\\.name\\((?:ROLE \\+ )?\"([a-z-]+)\"|String role\\(\\) \\{\\s+return \"([a-z-]+)\"");
        List<String> names = new ArrayList<>();
        sources().forEach(path -> {
            Matcher found = name.matcher(read(path));
            while (found.find()) {
                names.add(found.group(1) == null ? found.group(2) : found.group(1));
            }
        });
        assertTrue(names.size() >= 7, names.toString());
        names.forEach(each -> assertTrue(page.contains("`" + each), each));
    }

    private static Stream<Path> sources() {
        return MODULES.stream().flatMap(module -> {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                return files.filter(path -> path.toString().endsWith(".java") && !path.endsWith("package-info.java")).toList().stream();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
