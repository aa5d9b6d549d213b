package io.mpstream.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The wall clock of the processes that are started with its environment, which libfaketime sets as a file says. */
final class FakeClock {
    private final String library;
    private final Path file;

    private FakeClock(String library, Path file) {
        this.library = library;
        this.file = file;
    }

    /**
     * With the library that {@code -Dfaketime=…} names, of the package libfaketime: {@code …/faketime/libfaketimeMT.so.1}. Not without
     * that, even where it is installed: with it a JVM takes seconds longer to start.
     */
    static Optional<FakeClock> in(Path folder) {
        return Optional.ofNullable(System.getProperty("faketime")).map(library -> {
            FakeClock clock = new FakeClock(library, folder.resolve("clock"));
            clock.set(Duration.ZERO);
            return clock;
        });
    }

    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library, "FAKETIME_TIMESTAMP_FILE", file.toString(), "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_DONT_RESET", "1", "NO_FAKE_STAT", "1");
    }

    /** Sets it, within ten seconds, to what it really is and so much more. */
    void set(Duration by) {
        try {
            Path next = Files.writeString(file.resolveSibling("clock.new"), "%+d\n".formatted(by.toSeconds()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
