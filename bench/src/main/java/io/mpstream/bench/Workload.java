package io.mpstream.bench;

import java.io.IOException;

/** One thing to measure on a contender that runs. */
interface Workload {
    /** What it is called in the table. */
    String title();

    /** Measures. */
    Figures run(RunningContender contender, Effort effort) throws IOException;
}
