package io.mpstream.responders.exec;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long something may take from now on.
 *
 * @param limit   null if that does not matter
 * @param message what is said when it took longer, before the time
 */
record TimeLimit(Duration limit, String message, long startNs) {
    /** As long as it takes. */
    static final TimeLimit NONE = new TimeLimit(null, "", 0);

    static TimeLimit fromNow(Duration limit, String message) {
        return new TimeLimit(limit, message, System.nanoTime());
    }

    /** Whether this comes before the other, of the same start. */
    boolean isBefore(TimeLimit other) {
        return limit != null && (other.limit == null || limit.compareTo(other.limit) < 0);
    }

    /**
     * Waits for this, as long as there is time.
     *
     * @throws CommandFailedException if there is none left
     * @throws Exception              what it failed with
     */
    <T> T await(Future<T> future) throws Exception {
        try {
            return limit == null ? future.get() : future.get(startNs + limit.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new CommandFailedException(message + " within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
