package io.mpstream.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.mpstream.producer.loading.Responders;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A responder from a source file at work. */
class SourceResponderTest {
    private static final String SOURCE = """
            import io.mpstream.responder.Query;
            import io.mpstream.responder.*;

            public class %s {
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
    void sourceFileIsCompiledWithItsInnerClasses() throws IOException {
        Path file = source("Shout.java", SOURCE.formatted("Shout implements Responder", ""));
        Bench bench = new Bench().run(load(file.toString()), 1);
        var stream = bench.ask("hé");
        bench.end(stream);
        assertEquals("HÉ!", bench.text(stream));
    }

    @Test
    void responderThatGoesOnDoesSoHoweverItIsNamed() throws IOException {
        Path file = source("Going.java", SOURCE.formatted("Going implements ResumableResponder", """
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

    private Path source(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Responder load(String name) {
        return Responders.load(Settings.of("--responder", name).responders()).find(null);
    }
}
