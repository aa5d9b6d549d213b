package io.mpstream.journal.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
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
    private static final long AGAIN_MS = 20;
    private static final long SAY_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private static volatile long saidNs = System.nanoTime() - SAY_EVERY_NS;

    private PassingFailure() {
    }

    /**
     * Does what may fail so, again and again while it does. Tries are counted and not timed: all of this may stand still for a while.
     *
     * @param patience how long that goes on at least
     * @throws UncheckedIOException when that has been too long
     */
    static <T> T outlast(Duration patience, Supplier<T> action) {
        for (long left = patience.toMillis() / AGAIN_MS; ; left--) {
            try {
                return action.get();
            } catch (Exception | Error e) {
                // The library throws what it likes, declared or not.
                if (!is(e)) {
                    throw e;
                }
                if (left <= 0) {
                    throw new UncheckedIOException("a journal's file could not be opened for " + patience.toSeconds() + " s", new IOException(e));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MS));
            }
        }
    }

    /** Lets one pass, and throws what is none. */
    static void require(Throwable thrown) {
        if (!is(thrown)) {
            throw PassingFailure.<RuntimeException>unchecked(thrown);
        }
    }

    /** The library throws what it likes, declared or not. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
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
            LOG.error("a journal's file cannot be opened now, which is tried again: {}; ulimit -n, or the memory of the machine, is too small for what is open", message);
        }
    }
}
