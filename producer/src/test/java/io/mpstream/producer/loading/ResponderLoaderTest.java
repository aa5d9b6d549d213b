package io.mpstream.producer.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.responder.Responder;
import io.mpstream.responders.EchoResponder;
import io.mpstream.responders.FakeResponder;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponderLoaderTest {
    private static final String SOURCE = """
            import io.mpstream.responder.Query;
            import io.mpstream.responder.*;

            %s class %s {
                %s
                public void respond(Query query, Reply reply) {
                    reply.write(new Inner().shout(query.text()));
                }

                static class Inner {
                    String shout(String text) { return text.toUpperCase() + "!"; }
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void shortNamesOfThoseThatShip() {
        assertEquals(FakeResponder.class, load("fake").getClass());
        assertEquals(EchoResponder.class, load("echo").getClass());
    }

    @Test
    void sourceFileMayHaveAPackageAndAClassThatIsNotPublic() throws IOException {
        Path file = source("Shout.java", "package com.acme;\n" + SOURCE.formatted("", "Shout implements Responder", ""));
        assertEquals("com.acme.Shout", load(file.toString()).getClass().getName());
    }

    @Test
    void errorsAreShownAsTheCompilerGivesThem() throws IOException {
        Path file = source("Bad.java", "public class Bad {\n    int x = \"text\";\n}\n");
        String message = refusal("--responder", file.toString());
        assertTrue(message.contains("Bad.java:2: error: incompatible types"), message);
        assertTrue(message.contains("int x = \"text\";"), message);
    }

    @Test
    void sourceFileWithoutAResponderIsRefused() throws IOException {
        Path file = source("Shout.java", SOURCE.formatted("public", "Shout", ""));
        assertEquals("the class Shout does not implement io.mpstream.responder.Responder", refusal("--responder", file.toString()));
    }

    @Test
    void whatCannotBeFoundIsRefused() {
        assertTrue(refusal("--responder", "nobody").contains("no responder is called 'nobody'"));
        assertTrue(refusal("--responder", "missing.java").contains("missing.java does not exist"));
        assertTrue(refusal("--responder", "com.acme.X", "--responder-path", "missing.jar").contains("missing.jar does not exist"));
    }

    @Test
    void classNamedLikeTheFileIsTheResponder() throws IOException {
        Path file = source("Shout.java", SOURCE.formatted("public", "Shout implements Responder", """
                private static final class Own implements Responder {
                    public void respond(Query query, Reply reply) { }
                }
                """) + "class Another implements Responder { public void respond(Query query, Reply reply) { } }");
        assertEquals("Shout", load(file.toString()).getClass().getName());
    }

    @Test
    void onlyOneAtTheTopIsTheResponderWhateverIsInsideIt() throws IOException {
        Path file = source("loud.java", SOURCE.formatted("", "Shout implements Responder", """
                private static final class Own implements Responder {
                    public void respond(Query query, Reply reply) { }
                }
                """));
        assertEquals("Shout", load(file.toString()).getClass().getName());
        Path two = source("two.java", SOURCE.formatted("", "A implements Responder", "") + "class B extends A { }");
        assertTrue(refusal("--responder", two.toString()).endsWith("not A, B"), refusal("--responder", two.toString()));
    }

    @Test
    void onlyOneInsideAnotherIsTheResponder() throws IOException {
        Path file = source("Holder.java", "import io.mpstream.responder.*; import io.mpstream.responder.Query;\n"
                + "public class Holder { static class Own implements Responder { public void respond(Query query, Reply reply) { } } }");
        assertEquals("Holder$Own", load(file.toString()).getClass().getName());
    }

    @Test
    void recordIsAsGoodAsAClass() throws IOException {
        Path file = source("Shout.java", SOURCE.formatted("public", "Shout implements Responder", "").replace("public class Shout", "public record Shout()"));
        assertEquals("Shout", load(file.toString()).getClass().getName());
    }

    @Test
    void sourceFileThatIsNotUtf8IsRefusedWithItsLine() throws IOException {
        String text = SOURCE.formatted("public", "Shout implements Responder", "// 醒醒");
        Path file = Files.write(folder.resolve("Shout.java"), text.getBytes("GBK"));
        assertEquals("the responder's source file " + file + " is not UTF-8: line 5 has other bytes", refusal("--responder", file.toString()));
        Files.write(file, text.getBytes(StandardCharsets.UTF_16));
        assertTrue(refusal("--responder", file.toString()).contains("is not UTF-8: line 1"));
        Files.writeString(file, "\uFEFF" + text);
        assertEquals("Shout", load(file.toString()).getClass().getName());
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("Folder.java"));
        assertEquals("the responder's source file " + directory + " is no file", refusal("--responder", directory.toString()));
        Path empty = source("Empty.java", "");
        assertTrue(refusal("--responder", empty.toString()).endsWith("not none"));
        assertTrue(refusal("--responder", "a\0b.java").startsWith("the responder's source file has a name that"));
    }

    @Test
    void compilerKnowsWhatTheVirtualMachineWasStartedWith() {
        String version = Integer.toString(Runtime.version().feature());
        assertEquals(List.of("--enable-preview", "-source", version, "--add-modules=jdk.incubator.vector", "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED"),
                SourceFile.optionsOf(List.of("-Xmx1g", "--enable-preview", "--add-modules=jdk.incubator.vector", "-Da=--add-reads=b",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED")).toList());
        assertEquals(List.of(), SourceFile.optionsOf(List.of("-Xmx1g")).toList());
    }

    @Test
    void sourceFileMayUseWhatTheVirtualMachineExports() throws IOException {
        // The tests are started with that of jvm.options.
        Path file = source("Shout.java", SOURCE.formatted("public", "Shout implements Responder", "Class<?> type = sun.nio.ch.DirectBuffer.class;"));
        assertEquals("Shout", load(file.toString()).getClass().getName());
    }

    private Path source(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Responder load(String name) {
        return Responders.load(Settings.of("--responder", name).responders()).find(null);
    }

    private static String refusal(String... args) {
        return assertThrows(StartupException.class, () -> Responders.load(Settings.of(args).responders())).getMessage();
    }
}
