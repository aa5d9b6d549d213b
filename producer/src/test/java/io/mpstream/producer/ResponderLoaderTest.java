package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.config.Refusal;
import io.mpstream.config.Settings;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.responders.EchoResponder;
import io.mpstream.responders.FakeResponder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponderLoaderTest {
    private static final String SOURCE = """
            import io.mpstream.protocol.Query;
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
    void sourceFileIsCompiledWithItsInnerClasses() throws IOException {
        Path file = source("Shout.java", SOURCE.formatted("public", "Shout implements Responder", ""));
        Bench bench = new Bench().run(load(file.toString()), 1);
        var stream = bench.ask("hé");
        bench.end(stream);
        assertEquals("HÉ!", bench.text(stream));
    }

    @Test
    void responderThatGoesOnDoesSoHoweverItIsNamed() throws IOException {
        Path file = source("Going.java", SOURCE.formatted("public", "Going implements ResumableResponder", """
                public void resume(Query query, String textSoFar, Reply reply) {
                    reply.write(query.text().substring(textSoFar.length()));
                }
                """));
        for (String name : List.of(file.toString(), "echo", Telling.class.getName())) {
            assertInstanceOf(ResumableResponder.class, load(name), name);
        }
        Bench bench = new Bench().run(Telling.upTo(1), 1);
        var stream = bench.ask("hé");
        bench.until(() -> bench.text(stream).equals("h"));
        bench.run(load(file.toString()), 1);
        bench.end(stream);
        assertEquals("hé", bench.text(stream));
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
        assertTrue(refusal("--responder", file.toString()).contains("must hold one class that implements"));
    }

    @Test
    void whatCannotBeFoundIsRefused() {
        assertTrue(refusal("--responder", "nobody").contains("no responder is called 'nobody'"));
        assertTrue(refusal("--responder", "missing.java").contains("missing.java does not exist"));
        assertTrue(refusal("--responder", "com.acme.X", "--responder-path", "missing.jar").contains("missing.jar does not exist"));
    }

    @Test
    void whatCannotBeMadeIsRefusedWithTheReason() throws IOException {
        assertTrue(refusal("--responder", "java.lang.String").contains("does not implement"));
        Path thrower = source("Thrower.java", SOURCE.formatted("public", "Thrower implements Responder",
                "public Thrower() { throw new IllegalStateException(\"no GPU\"); }"));
        assertTrue(refusal("--responder", thrower.toString()).contains("no GPU"));
        Path needy = source("Needy.java", SOURCE.formatted("public", "Needy implements Responder", "public Needy(int x) { }"));
        assertTrue(refusal("--responder", needy.toString()).contains("no constructor without parameters"));
    }

    private Path source(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Responder load(String name) {
        return ResponderLoader.load(Settings.of("--responder", name));
    }

    private static String refusal(String... args) {
        return assertThrows(Refusal.class, () -> ResponderLoader.load(Settings.of(args))).getMessage();
    }
}
