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
    static final Effort FULL = new Effort(5, 6, 20);
    static final Effort QUICK = new Effort(2, 2, 4);

    long warmUpNs() {
        return TimeUnit.SECONDS.toNanos(warmUpS);
    }

    long measureNs() {
        return TimeUnit.SECONDS.toNanos(measureS);
    }
}
