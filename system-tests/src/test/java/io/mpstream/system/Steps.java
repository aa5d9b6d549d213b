package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The responder that does one step after the other, and what it leaves behind. */
final class Steps {
    /** A query that says half and fails. */
    static final String HALF = of("say half", "fail in the middle");

    private Steps() {
    }

    /** Its class, which {@link RunningServer} has the producer look for among those of the tests. */
    static String responder() {
        return StepsResponder.class.getName();
    }

    /** A query of these steps. */
    static String of(String... steps) {
        return String.join(" | ", steps);
    }

    /** A query that says this and then nothing more, and tells in the file when it is cancelled. */
    static String hang(Path told, String text) {
        return of("told " + told, "say " + text, "hang");
    }

    /** What {@code kibibytes} writes. */
    static String kibibytes(int count) {
        return "0123456789abcdé".repeat(64 * count);
    }

    /** What {@code number} writes. */
    static String numbers(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i).append(';');
        }
        return text.toString();
    }

    /** How often {@code note} was done with this file. */
    static long noted(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a responder go on that does {@code await}. */
    static void open(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the responder was told that nobody wants the rest: sooner than a heartbeat could have found out that a client has gone. */
    static void awaitCancelled(Path file) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> Files.exists(file) && Files.readString(file).equals("cancelled=true"));
    }
}
