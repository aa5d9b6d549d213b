package io.mpstream.producer.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mpstream.responder.Query;
import io.mpstream.responder.Reply;
import io.mpstream.responder.Responder;
import io.mpstream.responder.ResponderProvider;
import io.mpstream.responder.testing.Replies;
import io.mpstream.responders.EchoResponder;
import io.mpstream.responders.FakeResponder;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RespondersTest {
    private static final List<String> CLOSED = new ArrayList<>();

    @TempDir
    Path folder;

    @BeforeEach
    void forget() {
        CLOSED.clear();
    }

    @Test
    void firstAnswersWhatNamesNone() {
        Responders responders = load("--responder", "a=echo", "--responder", "b=fake");
        assertInstanceOf(EchoResponder.class, responders.find("a"));
        assertInstanceOf(FakeResponder.class, responders.find("b"));
        assertSame(responders.find("a"), responders.find(null));
        assertNull(responders.find("default"));
        assertSame(load("--responder", "echo").find(null).getClass(), EchoResponder.class);
    }

    @Test
    void providerIsToldTheOptions() throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services")).resolve(ResponderProvider.class.getName());
        Files.writeString(services, Told.class.getName());
        Responders responders = load("--responder", "told", "--responder-path", folder.toString(), "--responder-option", "model=big", "--max-gen-len", "3");
        try (Replies replies = new Replies(responders.find(null)).ask("q")) {
            replies.assertText("{interval-ms=1000, max-gen-len=3, model=big}");
            replies.assertCompleted();
        }
    }

    @Test
    void thoseThatAreLoadedBeforeARefusalAreClosed() {
        StartupException refusal = assertThrows(StartupException.class, () -> load("--responder", "a=" + First.class.getName(), "--responder", "b=nobody"));
        assertEquals("no responder is called 'nobody': give fake, echo, exec, openai, a .java file, or a class on --responder-path", refusal.getMessage());
        assertEquals(List.of("first"), CLOSED);
    }

    @Test
    void allAreClosedWhateverOneOfThemThrows() {
        Responders responders = load("--responder", "a=" + Torn.class.getName(), "--responder", "b=" + First.class.getName(), "--responder", "c=echo");
        IllegalStateException failed = assertThrows(IllegalStateException.class, responders::close);
        assertEquals("torn", failed.getSuppressed()[0].getMessage());
        assertEquals(List.of("torn", "first"), CLOSED);
    }

    private static Responders load(String... args) {
        return Responders.load(Settings.of(args).responders());
    }

    /** Says what it was told. */
    public static final class Told implements ResponderProvider {
        @Override
        public String name() {
            return "told";
        }

        @Override
        public Responder create(Map<String, String> settings) {
            return (query, reply) -> reply.write(new TreeMap<>(settings).toString());
        }
    }

    private static class First implements Responder, AutoCloseable {
        @Override
        public void respond(Query query, Reply reply) {
        }

        @Override
        public void close() throws IOException {
            CLOSED.add("first");
        }
    }

    private static final class Torn extends First {
        @Override
        public void close() throws IOException {
            CLOSED.add("torn");
            throw new IOException("torn");
        }
    }
}
