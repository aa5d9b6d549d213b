package io.mpstream.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mpstream.fuzz.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that has kept something else than what was written: nobody is told a wrong text. */
class DamagedJournalIT {
    private static final String NUMBERS = Steps.numbers(0, 200);

    @TempDir
    Path folder;

    private RunningServer start() {
        return RunningServer.start(folder, "--responder", Steps.responder());
    }

    /** Has both processes answer, and stops them; returns the streams of the numbers and of a short answer. */
    private List<String> answered() {
        try (RunningServer server = start(); Viewer numbers = new Viewer(server, Shape.LINES); Viewer words = new Viewer(server, Shape.LINES)) {
            // Long enough for many entries.
            numbers.ask("number 0 200 3").all();
            assertEquals(NUMBERS, numbers.text());
            words.ask("say some words").all();
            return List.of(numbers.stream(), words.stream());
        }
    }

    private Path responses() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data/responses"))) {
            return files.filter(file -> file.toString().endsWith(".cq4")).sorted().reduce((first, second) -> second).orElseThrow();
        }
    }

    private static String read(RunningServer server, Shape shape, String stream) {
        try (Viewer again = new Viewer(server, shape)) {
            again.follow(stream, "").all();
            assertTrue(NUMBERS.startsWith(again.text()), () -> "a wrong text: " + again.text());
            return again.text() + "/" + again.outcome();
        }
    }

    private static void assertAnswers(RunningServer server) {
        try (Viewer fresh = new Viewer(server, Shape.TEXT)) {
            fresh.ask("say fresh").all();
            assertEquals("fresh", fresh.text());
            assertEquals("completed", fresh.outcome());
        }
    }

    @Test
    void flippedBitBreaksItsTransferAndNoOther() throws IOException {
        List<String> streams = answered();
        Path file = responses();
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("100;");
        // It is a digit still: what it was nobody could tell.
        bytes[at] ^= 4;
        Files.write(file, bytes);
        try (RunningServer server = start(); Viewer words = new Viewer(server, Shape.EVENTS)) {
            assertEquals(Steps.numbers(0, 100), read(server, Shape.TEXT, streams.getFirst()).replaceFirst("\n?/.*", ""));
            assertEquals(Steps.numbers(0, 100) + "/failed", read(server, Shape.EVENTS, streams.getFirst()));
            assertEquals(Steps.numbers(0, 100) + "/failed", read(server, Shape.LINES, streams.getFirst()));
            words.follow(streams.getLast(), "").all();
            assertEquals("some words", words.text());
            assertEquals("completed", words.outcome());
            assertAnswers(server);
            assertTrue(server.output().stream().anyMatch(line -> line.contains("passing over a damaged journal entry")), () -> server.output().toString());
        }
        assertRightWithMoreDamage(streams.getFirst());
    }

    /** Whatever is damaged, no text is wrong, and queries are answered. */
    private void assertRightWithMoreDamage(String stream) throws IOException {
        Path file = responses();
        byte[] whole = Files.readAllBytes(file);
        int from = new String(whole, StandardCharsets.ISO_8859_1).indexOf("0;");
        int to = new String(whole, StandardCharsets.ISO_8859_1).indexOf("some words");
        Fuzz.few(1, fuzz -> {
            byte[] bytes = whole.clone();
            for (int i = fuzz.upTo(5); i >= 0; i--) {
                // Text, offsets, lengths, and what the library keeps between the entries.
                bytes[from + fuzz.upTo(to - from - 1)] ^= (byte) (1 + fuzz.upTo(254));
            }
            Files.write(file, bytes);
            try (RunningServer server = start(); Viewer again = new Viewer(server, Shape.LINES)) {
                again.follow(stream, "live=false").all();
                assertTrue(NUMBERS.startsWith(again.text()), () -> "a wrong text: " + again.text());
                assertTrue(!"completed".equals(again.outcome()) || again.text().equals(NUMBERS));
                assertAnswers(server);
            }
        });
    }
}
