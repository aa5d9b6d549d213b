package io.mpstream.producer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, in a small file, the {@link Place} of the oldest query without an end: how far back a producer that was
 * killed must read. An old checkpoint is as right as a new one, it only costs more reading; so it is written now and
 * then, by one thread.
 */
final class Checkpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
    private static final String FORM = "mpstream checkpoint 1: request %d response %d%n";
    private static final String PATTERN = "mpstream checkpoint 1: request (-?\\d+) response (-?\\d+)";

    private final Path file;
    private Place saved;

    /** A checkpoint in a file; null for journals that do not outlive this process, whose checkpoint need not either. */
    Checkpoint(Path file) {
        this.file = file;
    }

    /** Reads the checkpoint; the start of both journals when there is none that can be read. */
    Place load() {
        if (file == null) {
            return Place.START;
        }
        try {
            String line = Files.readString(file).strip();
            if (line.matches(PATTERN)) {
                String[] words = line.split(" ");
                saved = new Place(Long.parseLong(words[4]), Long.parseLong(words[6]));
                return saved;
            }
            LOG.warn("{} cannot be read; both journals are read from the start instead", file);
        } catch (NoSuchFileException e) {
            LOG.debug("no checkpoint yet", e);
        } catch (IOException | NumberFormatException e) {
            LOG.warn("{} cannot be read; both journals are read from the start instead", file, e);
        }
        return Place.START;
    }

    /** Writes the checkpoint if it has changed. */
    void save(Place place) {
        if (file == null || place.equals(saved)) {
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.writeString(next, FORM.formatted(place.request(), place.response()));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            saved = place;
        } catch (IOException e) {
            LOG.warn("the checkpoint could not be written; the last one still holds", e);
        }
    }
}
