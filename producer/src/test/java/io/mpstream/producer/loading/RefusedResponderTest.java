package io.mpstream.producer.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.Responder;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be the responder is refused in one line that says why, in the same words from a source file, a folder and a jar. */
class RefusedResponderTest {
    private static final String IMPORTS = "import io.mpstream.responder.Query;\nimport io.mpstream.responder.*;\nimport java.util.Map;\n";
    private static final String RESPOND = " public void respond(Query query, Reply reply) { reply.write(\"!\"); } ";
    private static final String PROVIDERS = "META-INF/services/io.mpstream.responder.ResponderProvider";

    @TempDir
    Path folder;

    @Test
    void classThatCannotBeMade() throws IOException {
        String is = "the responder Mine cannot be made: it is ";
        assertRefused("the class Mine does not implement io.mpstream.responder.Responder", "public class Mine { }", false);
        assertRefused(is + "abstract", "public abstract class Mine implements Responder { }", true);
        assertRefused(is + "an interface", "public interface Mine extends Responder { }", true);
        assertRefused(is + "an enum", "public enum Mine implements Responder { ONE;" + RESPOND + "}", true);
        assertRefused("the responder Mine has no constructor without parameters", "public class Mine implements Responder { Mine(int x) { }" + RESPOND + "}", true);
        assertRefused("the responder Mine has no constructor without parameters", "public record Mine(int x) implements Responder {" + RESPOND + "}", true);
        assertEquals("the responder Mine$In cannot be made: it is an inner class; make it static",
                refusal("--responder", source("public class Mine { class In implements Responder {" + RESPOND + "} }").toString()));
    }

    @Test
    void classThatThrowsWhileItIsMade() throws IOException {
        String cannot = "the responder Mine cannot be loaded: ";
        assertRefused(cannot + "IllegalStateException: no GPU (at Mine.<init>(Mine.java:4))",
                "public class Mine implements Responder { Mine() { throw new IllegalStateException(\"no\\n  GPU\"); }" + RESPOND + "}", true);
        assertRefused(cannot + "its static initialiser threw ArithmeticException: / by zero (at Mine.<clinit>(Mine.java:4))",
                "public class Mine implements Responder { static int x = 1 / Integer.parseInt(\"0\");" + RESPOND + "}", true);
        assertRefused(cannot + "IOException: no model (at Mine.<init>(Mine.java:4))",
                "public class Mine implements Responder { Mine() throws Exception { throw new java.io.IOException(\"no model\"); }" + RESPOND + "}", true);
        assertRefused(cannot + "OutOfMemoryError: model (at Mine.<init>(Mine.java:4))",
                "public class Mine implements Responder { Mine() { throw new OutOfMemoryError(\"model\"); }" + RESPOND + "}", true);
    }

    @Test
    void classThatNeedsAnotherThatIsNotThere() throws IOException {
        String needs = "the responder Mine cannot be loaded: it needs the class com.acme.Gone, which is not on its path";
        for (String use : List.of("{ Object gone = new com.acme.Gone(); }", "static Object gone = new com.acme.Gone();", "Mine() { new com.acme.Gone(); }")) {
            Path classes = compile("public class Mine implements Responder { " + use + RESPOND + "}", Map.of("com/acme/Gone.java", "package com.acme; public class Gone { }"));
            Files.delete(classes.resolve("com/acme/Gone.class"));
            assertEquals(needs, refusal("--responder", "Mine", "--responder-path", classes.toString()));
        }
        Path classes = compile("public class Mine extends com.acme.Gone implements Responder { " + RESPOND + "}", Map.of("com/acme/Gone.java", "package com.acme; public class Gone { }"));
        Files.delete(classes.resolve("com/acme/Gone.class"));
        assertEquals(needs, refusal("--responder", "Mine", "--responder-path", classes.toString()));
    }

    @Test
    void classOfANewerJavaOrAnotherName() throws IOException {
        Path classes = compile("public class Mine implements Responder {" + RESPOND + "}", Map.of());
        byte[] bytes = Files.readAllBytes(classes.resolve("Mine.class"));
        bytes[7]++;
        Files.write(classes.resolve("Mine.class"), bytes);
        String newer = refusal("--responder", "Mine", "--responder-path", classes.toString());
        assertTrue(newer.startsWith("the responder Mine cannot be loaded: Mine has been compiled by a more recent version of the Java Runtime"), newer);
        bytes[7]--;
        Files.write(classes.resolve("mine.class"), bytes);
        assertEquals("the responder mine cannot be loaded: the class there is called Mine", refusal("--responder", "mine", "--responder-path", classes.toString()));
        Files.write(classes.resolve("Mine.class"), "no class".getBytes());
        String broken = refusal("--responder", "Mine", "--responder-path", classes.toString());
        assertTrue(broken.startsWith("the responder Mine cannot be loaded: ClassFormatError: "), broken);
    }

    @Test
    void pathFromWhichNothingCanBeLoaded() throws IOException {
        Path text = Files.writeString(folder.resolve("readme.txt"), "no jar");
        assertPathRefused("is no jar that can be read: ZipException: ", text);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertPathRefused("is an empty folder: it is to hold jars, or classes", empty);
        Path good = jar("good.jar", compile("public class Mine implements Responder {" + RESPOND + "}", Map.of()));
        Path jars = Files.createDirectory(folder.resolve("jars"));
        Files.copy(good, jars.resolve("a.jar"));
        byte[] bytes = Files.readAllBytes(good);
        Path cut = Files.write(jars.resolve("b.JAR"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertTrue(refusal("--responder", "Mine", "--responder-path", jars.toString()).startsWith("--responder-path " + cut + " is no jar that can be read: "));
        Files.delete(cut);
        assertInstanceOf(Responder.class, load("--responder", "Mine", "--responder-path", jars.toString()));
        Files.copy(good, jars.resolve("b.jar"));
        String twice = refusal("--responder", "Mine", "--responder-path", jars.toString());
        assertTrue(twice.startsWith("the class Mine is there 2 times: jar:file:") && twice.contains("b.jar!/Mine.class"), twice);
        assertPathRefused("does not exist", folder.resolve("none"));
    }

    private void assertPathRefused(String why, Path path) {
        String message = refusal("--responder", "Mine", "--responder-path", path.toString());
        assertTrue(message.startsWith("--responder-path " + path + " " + why), message);
    }

    @Test
    void providerThatMakesNone() throws IOException {
        assertEquals("the provider Own of the responder mine made none", provided("return null;", "mine"));
        assertEquals("the responder mine cannot be loaded: IllegalStateException: no GPU (at Own.create(Own.java:4))",
                provided("throw new IllegalStateException(\"no GPU\");", "mine"));
        String absent = provided("return null;", "other");
        assertTrue(absent.startsWith("no responder is called 'other': give"), absent);
        assertTrue(provided("return null;", "echo").startsWith("two responders are called echo: those of io.mpstream.responders.EchoResponder$Provider and Own"));
    }

    @Test
    void providerThatIsBrokenStopsNoOther() throws IOException {
        Path classes = compile("public class Mine implements Responder {" + RESPOND + "}", Map.of("Own.java", provider("return new Mine();", "mine")));
        providers(classes, "Gone", "Mine", "Own");
        assertEquals("Mine", load("--responder", "mine", "--responder-path", classes.toString()).getClass().getName());
        assertEquals("Mine", load("--responder", "Mine", "--responder-path", classes.toString()).getClass().getName());
        String absent = refusal("--responder", "other", "--responder-path", classes.toString());
        assertTrue(absent.contains("'other'") && absent.contains("; a provider there cannot be asked: ServiceConfigurationError: "), absent);
    }

    @Test
    void sourceFileIsMeantThoughAJarHasAClassOfItsName() throws IOException {
        Path classes = compile("public class Mine implements Responder { public String toString() { return \"of the jar\"; } " + RESPOND + "}", Map.of());
        Path source = source("public class Mine implements Responder { public String toString() { return \"of the file\"; }" + RESPOND + "}");
        assertEquals("of the file", load("--responder", source.toString(), "--responder-path", jar("good.jar", classes).toString()).toString());
    }

    private String provided(String create, String name) throws IOException {
        Path classes = compile("class Mine { }", Map.of("Own.java", provider(create, name.equals("other") ? "mine" : name)));
        providers(classes, "Own");
        return refusal("--responder", name, "--responder-path", classes.toString());
    }

    private static String provider(String create, String name) {
        return IMPORTS + "public class Own implements ResponderProvider { public Responder create(Map<String, String> settings) { " + create + " }\n"
                + "public String name() { return \"" + name + "\"; } }";
    }

    private static void providers(Path classes, String... names) throws IOException {
        Files.createDirectories(classes.resolve(PROVIDERS).getParent());
        Files.write(classes.resolve(PROVIDERS), List.of(names));
    }

    /** From a source file, where it is chosen there, from a folder of classes, and from a jar. */
    private void assertRefused(String message, String declaration, boolean isChosen) throws IOException {
        if (isChosen) {
            assertEquals(message, refusal("--responder", source(declaration).toString()));
        }
        Path classes = compile(declaration, Map.of());
        assertEquals(message, refusal("--responder", "Mine", "--responder-path", classes.toString()));
        assertEquals(message, refusal("--responder", "Mine", "--responder-path", jar("mine.jar", classes).toString()));
    }

    private Path source(String declaration) throws IOException {
        return Files.writeString(folder.resolve("Mine.java"), IMPORTS + declaration);
    }

    private Path compile(String declaration, Map<String, String> others) throws IOException {
        Path classes = Files.createTempDirectory(folder, "classes");
        Path sources = Files.createTempDirectory(folder, "sources");
        List<String> args = new ArrayList<>(List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path")));
        args.add(Files.writeString(sources.resolve("Mine.java"), IMPORTS + declaration).toString());
        for (Map.Entry<String, String> other : others.entrySet()) {
            Path file = sources.resolve(other.getKey());
            Files.createDirectories(file.getParent());
            args.add(Files.writeString(file, other.getValue()).toString());
        }
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, args.toArray(String[]::new)));
        return classes;
    }

    private Path jar(String name, Path classes) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file); Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, out);
            }
        }
        return jar;
    }

    private static Responder load(String... args) {
        return Responders.load(Settings.of(args).responders()).find(null);
    }

    private static String refusal(String... args) {
        String message = assertThrows(StartupException.class, () -> load(args)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }
}
