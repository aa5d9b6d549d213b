package io.mpstream.agent;

/** Time to measure by, in nanoseconds from an arbitrary origin; tests turn it by hand. */
@FunctionalInterface
public interface Clock {
    /** The clock of this machine: it never steps back. */
    Clock SYSTEM = System::nanoTime;

    /** Nanoseconds now. Only differences mean something. Any thread. */
    long nanoTime();
}
