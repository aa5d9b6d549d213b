package io.mpstream.producer;

import io.mpstream.files.PrivateFiles;
import io.mpstream.protocol.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file that keeps how far a producer has come: how far back a next run must read, and which older answers that must end or go on
 * with. The file's first line is the positions; each line after it is a carried answer, as its stream and an offset. An old checkpoint is as
 * right as a new one, it only costs more reading; so it is written now and then, by one thread.
 */
final class Checkpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
    /** The first version knew no carried answers and is read as what it is: a file without any. */
    private static final Pattern POSITIONS = Pattern.compile("mpstream checkpoint [12]: request (-?\\d+) response (-?\\d+)");
    private static final Pattern CARRIED = Pattern.compile("([0-9a-f]{" + StreamId.TEXT_LENGTH + "}) (\\d+)");

    /**
     * The state of a producer that a next run needs: where it must begin to read, and what it could not learn from there.
     *
     * @param positions of the oldest query without an end, those of carried answers aside
     * @param carried   the answers that have run for so long that they hold the positions back no longer, each with an offset: so many bytes
     *                  of its text are in the journal, among them all that come before the positions. If such an answer has its end, that
     *                  comes at or after the positions
     */
    record State(Positions positions, Map<StreamId, Long> carried) {
        /** Nothing was done yet. */
        static final State START = new State(Positions.START, Map.of());
    }

    private final Path file;
    private Positions saved = Positions.START;
    private boolean isLost;

    /** A checkpoint in a file; null for journals that do not outlive this process, whose checkpoint need not either. */
    Checkpoint(Path file) {
        this.file = file;
    }

    /** Reads the checkpoint; the start of both journals when there is none, or none that can be read. */
    State load() {
        if (file == null) {
            return State.START;
        }
        PrivateFiles.restrict(file);
        try {
            State state = read(Files.readAllLines(file, StandardCharsets.US_ASCII));
            saved = state.positions();
            return state;
        } catch (NoSuchFileException e) {
            LOG.debug("no checkpoint yet", e);
        } catch (IOException | IllegalArgumentException e) {
            isLost = true;
            LOG.warn("{} cannot be read; queries that may have been answered are not answered again", file, e);
        }
        return State.START;
    }

    /** Reads all of it or nothing: an answer whose line were passed over would never have its end. */
    private static State read(List<String> lines) {
        Matcher first = match(POSITIONS, lines.isEmpty() ? "" : lines.getFirst());
        Positions positions = new Positions(Long.parseLong(first.group(1)), Long.parseLong(first.group(2)));
        Map<StreamId, Long> carried = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher answer = match(CARRIED, line);
            carried.put(StreamId.parse(answer.group(1)), Long.parseLong(answer.group(2)));
        }
        return new State(positions, carried);
    }

    private static Matcher match(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a line of a checkpoint: \"" + line + "\"");
        }
        return matcher;
    }

    /** Whether there was a checkpoint that could not be read. */
    boolean isLost() {
        return isLost;
    }

    /** The positions that were saved last: no run needs what comes before them. */
    Positions saved() {
        return saved;
    }

    /**
     * Writes the checkpoint if its positions have changed. While they stand still a next run reads all again that has come up
     * since: text and ends of the carried answers, and the queries of those that are carried only now.
     */
    void save(State state) {
        if (state.positions().equals(saved)) {
            return;
        }
        if (file == null) {
            saved = state.positions();
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            write(next, text(state));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            saved = state.positions();
        } catch (IOException e) {
            LOG.warn("the checkpoint could not be written; the last one still holds", e);
        }
    }

    private static String text(State state) {
        StringBuilder text = new StringBuilder("mpstream checkpoint 2: request ").append(state.positions().request())
                .append(" response ").append(state.positions().response()).append('\n');
        state.carried().forEach((stream, offset) -> text.append(stream).append(' ').append(offset).append('\n'));
        return text.toString();
    }

    private static void write(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            PrivateFiles.restrict(file);
            // A disk that fills up takes a part first; only the next write fails.
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            // Before the move, so that a loss of power leaves the old file or the new one, never an empty one.
            channel.force(true);
        }
    }
}
