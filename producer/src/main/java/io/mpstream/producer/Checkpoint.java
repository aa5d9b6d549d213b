package io.mpstream.producer;

import io.mpstream.files.PrivateFiles;
import io.mpstream.journal.Journal;
import io.mpstream.protocol.StreamId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that keeps how far a producer has come: how far back a next run must read. An old checkpoint is as right as a new one, it only
 * costs more reading; so it is written now and then, by one thread.
 */
final class Checkpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
    private static final Pattern POSITIONS = Pattern.compile("mpstream checkpoint [123]: request (-?\\d+) response (-?\\d+)");
    /** Lines of the second version: an answer that ran, of which there need not be a frame after the positions. */
    private static final Pattern CARRIED = Pattern.compile("[0-9a-f]{" + StreamId.TEXT_LENGTH + "} \\d+");

    private final Path file;
    private Positions saved = Positions.START;
    private long settled = Journal.START;
    private boolean isLost;

    /** A checkpoint in a file; null for journals that do not outlive this process, whose checkpoint need not either. */
    Checkpoint(Path file) {
        this.file = file;
    }

    /** Reads the checkpoint; the start of both journals when there is none, or none that can be read. */
    Positions load() {
        if (file == null) {
            return Positions.START;
        }
        PrivateFiles.restrict(file);
        try {
            saved = read(Files.readAllLines(file, StandardCharsets.US_ASCII));
        } catch (NoSuchFileException e) {
            LOG.debug("no checkpoint yet", e);
        } catch (IOException | IllegalArgumentException e) {
            isLost = true;
            LOG.warn("{} cannot be read; queries that may have been answered are not answered again", file, e);
        }
        return saved;
    }

    /** The frames of answers that an earlier version has carried may be anywhere. */
    private Positions read(List<String> lines) {
        Matcher first = match(POSITIONS, lines.isEmpty() ? "" : lines.getFirst());
        Positions positions = new Positions(Long.parseLong(first.group(1)), Long.parseLong(first.group(2)));
        lines.stream().skip(1).forEach(line -> match(CARRIED, line));
        settled = positions.request();
        return lines.size() == 1 ? positions : Positions.START;
    }

    private static Matcher match(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a line of a checkpoint: \"" + line + "\"");
        }
        return matcher;
    }

    /** Each query up to this position of the request journal has its end, or a frame after the positions that were loaded. */
    long settled() {
        return settled;
    }

    /** Whether there was a checkpoint that could not be read. */
    boolean isLost() {
        return isLost;
    }

    /** The positions that were saved last: no run needs what comes before them. */
    Positions saved() {
        return saved;
    }

    /** Writes the checkpoint if it has changed. */
    void save(Positions positions) {
        if (positions.equals(saved)) {
            return;
        }
        if (file == null) {
            saved = positions;
            return;
        }
        String text = "mpstream checkpoint 3: request " + positions.request() + " response " + positions.response() + "\n";
        try {
            PrivateFiles.replace(file, text.getBytes(StandardCharsets.US_ASCII));
            saved = positions;
        } catch (IOException e) {
            LOG.warn("the checkpoint could not be written; the last one still holds", e);
        }
    }
}
