package io.mpstream.responders.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what a command says on standard error into the log, line by line, and keeps the last line: it often says why the command failed. */
final class ErrorLines {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorLines.class);
    private static final int LINE_CHARS_MAX = 8 << 10;
    private static final int LAST_CHARS_MAX = 512;
    private static final long PATIENCE_MS = 500;

    private final BufferedReader errors;
    private final String whose;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String last = "";

    private ErrorLines(BufferedReader errors, String whose) {
        this.errors = errors;
        this.whose = whose;
    }

    /**
     * Reads on a thread of its own until there is no more.
     *
     * @param whose begins each line in the log
     */
    static ErrorLines read(BufferedReader errors, String whose) {
        ErrorLines lines = new ErrorLines(errors, whose);
        Thread.ofPlatform().daemon().name("exec-errors").start(lines::run);
        return lines;
    }

    private void run() {
        try (errors) {
            Lines lines = new Lines(errors, LINE_CHARS_MAX);
            for (String line = lines.next(); line != null; line = lines.next()) {
                tell(line.strip());
            }
        } catch (IOException e) {
            LOG.debug("{}: standard error cannot be read on", whose, e);
        } finally {
            end.countDown();
        }
    }

    private void tell(String line) {
        if (!line.isEmpty()) {
            last = line.length() <= LAST_CHARS_MAX ? line : line.substring(0, LAST_CHARS_MAX);
            LOG.info("{}: {}", whose, line);
        }
    }

    /** The last line, or an empty text. Waits a little for what is under way. Not interruptible. */
    String last() {
        boolean isInterrupted = Thread.interrupted();
        try {
            end.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return last;
    }
}
