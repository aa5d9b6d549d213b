package io.mpstream.measure;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Times, sorted into buckets. One thread at a time records, and any reads. Recording is a look through the bounds and two plain stores, and
 * allocates nothing.
 */
public final class Histogram {
    private final double[] bounds;
    private final long[] boundsUs;
    /** How many are in each bucket; of those beyond the last bound; and the sum of all, in microseconds. */
    private final AtomicLongArray counts;

    /**
     * An empty one.
     *
     * @param bounds the longest time of each bucket, in seconds, rising; longer ones have a bucket more
     */
    public Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.boundsUs = Arrays.stream(bounds).mapToLong(bound -> Math.round(bound * TimeUnit.SECONDS.toMicros(1))).toArray();
        this.counts = new AtomicLongArray(bounds.length + 2);
    }

    /** Records a time in microseconds; one that is negative, because a clock was set, counts as 0. One thread at a time. */
    public void recordUs(long us) {
        long time = Math.max(0, us);
        int bucket = 0;
        while (bucket < boundsUs.length && time > boundsUs[bucket]) {
            bucket++;
        }
        add(bucket, 1);
        add(bounds.length + 1, time);
    }

    /** Records a time in milliseconds; see {@link #recordUs}. */
    public void recordMs(long ms) {
        recordUs(TimeUnit.MILLISECONDS.toMicros(ms));
    }

    private void add(int index, long more) {
        counts.setRelease(index, counts.getPlain(index) + more);
    }

    /** The longest time of each bucket but the last, in seconds. */
    public double[] bounds() {
        return bounds.clone();
    }

    /** How many times each bucket has, the one beyond the last bound too. Any thread. */
    public long[] counts() {
        long[] all = new long[bounds.length + 1];
        Arrays.setAll(all, counts::getAcquire);
        return all;
    }

    /** All times together, in seconds. Any thread. */
    public double sum() {
        return counts.getAcquire(bounds.length + 1) / (double) TimeUnit.SECONDS.toMicros(1);
    }
}
