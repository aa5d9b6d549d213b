package io.mpstream.journal.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycle;

/**
 * One file of a journal: what was appended during one cycle of the clock.
 *
 * @param path    the file
 * @param startMs when its cycle began, in wall-clock milliseconds
 * @param endMs   when its cycle ended or will end
 * @param cycle   its number
 */
record CycleFile(Path path, long startMs, long endMs, int cycle) {
    private static final String SUFFIX = ".cq4";

    /** The files of a journal, oldest first. */
    static List<CycleFile> list(Path folder, RollCycle rollCycle) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(rollCycle.format());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .map(file -> of(file, format, rollCycle.lengthInMillis()))
                    .sorted(Comparator.comparingInt(CycleFile::cycle))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CycleFile of(Path file, DateTimeFormatter format, int lengthMs) {
        String name = file.getFileName().toString();
        long startMs = LocalDateTime.parse(name.substring(0, name.length() - SUFFIX.length()), format)
                .toInstant(ZoneOffset.UTC).toEpochMilli();
        return new CycleFile(file, startMs, startMs + lengthMs, (int) (startMs / lengthMs));
    }

    /** Bytes of the file; 0 when it has just gone. */
    long bytes() {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
