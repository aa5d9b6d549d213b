package io.mpstream.producer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
    private Place saved = Place.START;
    private boolean isLost;

    /** A checkpoint in a file; null for journals that do not outlive this process, whose checkpoint need not either. */
    Checkpoint(Path file) {
        this.file = file;
    }

    /** Reads the checkpoint; the start of both journals when there is none, or none that can be read. */
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
            isLost = true;
            LOG.warn("{} cannot be read; queries that may have been answered are not answered again", file);
        } catch (NoSuchFileException e) {
            LOG.debug("no checkpoint yet", e);
        } catch (IOException | NumberFormatException e) {
            isLost = true;
            LOG.warn("{} cannot be read; queries that may have been answered are not answered again", file, e);
        }
        return Place.START;
    }

    /** Whether there was a checkpoint that could not be read. */
    boolean isLost() {
        return isLost;
    }

    /** What was saved last: what comes before it is not needed any more. */
    Place saved() {
        return saved;
    }

    /** Writes the checkpoint if it has changed. */
    void save(Place place) {
        if (place.equals(saved)) {
            return;
        }
        if (file == null) {
            saved = place;
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(FORM.formatted(place.request(), place.response()).getBytes(StandardCharsets.US_ASCII)));
            // Before the move, so that a loss of power leaves the old file or the new one, never an empty one.
            channel.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            saved = place;
        } catch (IOException e) {
            LOG.warn("the checkpoint could not be written; the last one still holds", e);
        }
    }
}
