package io.mpstream.process;

import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files and sockets this process may open beside those that it has. What clients hold must leave some for the process itself: journals
 * begin new files, keys are fetched, certificates read. Where there is no {@code /proc} nothing is known, and nothing bounded by this.
 */
public final class Descriptors {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);
    /** For what this process opens besides connections: jars that are not read yet, files of journals, and threads that select, a few for each processor at the most. */
    private static final int RESERVE = 64 + 4 * Runtime.getRuntime().availableProcessors();
    private static final Pattern LIMIT = Pattern.compile("Max open files\\s+(\\d+)\\s.*");

    private Descriptors() {
    }

    /**
     * As many connections as were asked for, or as there are descriptors for. The log tells when there are fewer than connections.
     *
     * @throws StartupException if there are not even some
     */
    public static int connections(int asked) {
        long most = limit();
        long left = most - open() - RESERVE;
        if (left >= asked) {
            return asked;
        }
        if (left < 1) {
            throw new StartupException("this process may open " + most + " files, which leaves none for connections; raise that with ulimit -n");
        }
        if (most < asked) {
            LOG.warn("at most {} connections are taken at once, not --connections-max {}: this process may open {} files (ulimit -n)", left, asked, most);
        }
        return (int) left;
    }

    private static long limit() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.map(LIMIT::matcher).filter(Matcher::matches).mapToLong(line -> Long.parseLong(line.group(1))).findFirst().orElse(Long.MAX_VALUE);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static long open() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
