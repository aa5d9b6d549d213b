package io.mpstream.journal.chronicle;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures to open or map a file that pass: this process, or the machine, has no descriptor or no memory left for it now. What the file holds
 * is as good as ever. Any thread.
 */
final class PassingFailure {
    private static final Logger LOG = LoggerFactory.getLogger(PassingFailure.class);
    /** As the C library words EMFILE, ENFILE and ENOMEM, and the JDK a mapping that failed. */
    private static final List<String> WORDS = List.of("Too many open files", "Cannot allocate memory", "Map failed");
    private static final long SAY_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private static volatile long saidNs = System.nanoTime() - SAY_EVERY_NS;

    private PassingFailure() {
    }

    /** Whether this is one; says so in the log, now and then. */
    static boolean is(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            String message = t.getMessage();
            if (message != null && WORDS.stream().anyMatch(message::contains)) {
                say(message);
                return true;
            }
        }
        return false;
    }

    private static void say(String message) {
        long nowNs = System.nanoTime();
        if (nowNs - saidNs >= SAY_EVERY_NS) {
            saidNs = nowNs;
            LOG.error("a journal's file cannot be opened now, which is tried again: {}; does this process hold more files than ulimit -n lets it?", message);
        }
    }
}
