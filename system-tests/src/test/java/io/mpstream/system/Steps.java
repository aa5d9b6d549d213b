package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The responder that does one step after the other, and what it leaves behind. */
final class Steps {
    private Steps() {
    }

    /** Its source file. */
    static String responder() {
        try {
            return Path.of(Steps.class.getResource("/Steps.java").toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A query of these steps. */
    static String of(String... steps) {
        return String.join(" | ", steps);
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

    /** Waits until the responder was told that nobody wants the rest. */
    static void awaitCancelled(Path file) {
        Awaitility.await().atMost(15, TimeUnit.SECONDS).until(() -> Files.exists(file) && Files.readString(file).equals("cancelled=true"));
    }
}
