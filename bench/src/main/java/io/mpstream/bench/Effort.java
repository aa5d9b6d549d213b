package io.mpstream.bench;

import java.util.concurrent.TimeUnit;

/**
 * How long to measure.
 *
 * @param warmUpS  seconds of the same work before, which do not count
 * @param measureS seconds that count
 * @param rounds   of what is measured once a start
 */
record Effort(long warmUpS, long measureS, int rounds) {
    static final Effort FULL = new Effort(8, 5, 20);
    /** For growth, where one row is read against the next. */
    static final Effort SHORT = new Effort(3, 3, 4);
    static final Effort QUICK = new Effort(1, 1, 4);

    long warmUpNs() {
        return TimeUnit.SECONDS.toNanos(warmUpS);
    }

    long measureNs() {
        return TimeUnit.SECONDS.toNanos(measureS);
    }
}
