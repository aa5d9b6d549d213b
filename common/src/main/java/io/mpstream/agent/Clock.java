package io.mpstream.agent;

/** Time to measure by, in nanoseconds from an arbitrary origin; tests turn it by hand. */
@FunctionalInterface
public interface Clock {
    /** The clock of this machine: it never steps back, and runs on while this process does not. */
    Clock SYSTEM = System::nanoTime;

    /** Nanoseconds now. Only differences mean something. Any thread. */
    long nanoTime();

    /**
     * When this process last went on after a while in which it had not run, in wall-clock milliseconds; {@link Long#MIN_VALUE} if it always
     * ran, as far as this clock knows. Any thread.
     */
    default long resumedMs() {
        return Long.MIN_VALUE;
    }
}
