package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mpstream.settings.Bound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Two servers for clients of OpenAI's API: one answers all at once, the other one after the other, when somebody who came first has his answer. */
final class Front implements AutoCloseable {
    /** The name of the responder, and so of the model. */
    static final String MODEL = "steps";
    /** What a client that waits is sent each time; the waiting takes as long as twenty. */
    private static final Shortened SIGN = new Shortened(Bound.HEARTBEAT, "1s");
    private static final int SIGNS = 20;

    private final RunningServer ready;
    private final RunningServer busy;
    private final Path gate;
    private final Wire first;

    Front(Path folder) {
        String[] options = {"--responder", MODEL + "=" + Steps.responder(), "--on-disconnect", "cancel"};
        ready = RunningServer.start(folder(folder, "ready"), options);
        busy = RunningServer.start(folder(folder, "busy"), SIGN.environment(), options[0], options[1], options[2], options[3], "--concurrency", "1");
        gate = folder.resolve("gate");
        first = busy.connect().ask(Steps.of("say first", "await " + gate));
        first.head();
    }

    /** A new folder in this one. */
    static Path folder(Path parent, String name) {
        try {
            return Files.createDirectories(parent.resolve(name.replaceAll("\\W+", "-")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server for a talk. */
    RunningServer server(Talk talk) {
        return talk == Talk.WAITS ? busy : ready;
    }

    /** The one that does not let wait. */
    RunningServer ready() {
        return ready;
    }

    /** Lets all that wait do so for twenty signs of life, which a reader of the last place in the line is sent. */
    void letWait() throws IOException {
        try (Wire last = PythonDispatch.ask(busy, "/v1/chat/completions", Map.of("model", MODEL, "stream", true, "messages", PythonDispatch.messages("say last")))) {
            last.head();
            StringBuilder body = new StringBuilder();
            while (body.toString().lines().filter(line -> line.startsWith(":")).count() < SIGNS) {
                body.append(last.chunk());
            }
            Steps.open(gate);
            for (String chunk = last.chunk(); !chunk.isEmpty(); chunk = last.chunk()) {
                body.append(chunk);
            }
            assertEquals("last", PythonDispatch.read(body.toString()).text());
        }
    }

    @Override
    public void close() {
        first.close();
        busy.close();
        ready.close();
    }
}
