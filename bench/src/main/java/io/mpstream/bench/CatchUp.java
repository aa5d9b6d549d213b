package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SequencedMap;

/**
 * How fast a client gets a long answer that has ended, from its start. One after the other; each must have all of it.
 *
 * @param isCold whether the streamer was started with so little memory for text that nearly all comes from the journal
 */
record CatchUp(Format format, boolean isCold) implements Workload {
    /** The option that makes it cold. */
    static final String[] COLD = {"--memory-bytes", "1MiB"};
    /** The option that lets all of it stay in memory. */
    static final String[] WARM = {"--memory-bytes", "256MiB"};

    private static final int LENGTH_MB = 64;
    private static final long LENGTH_BYTES = (long) LENGTH_MB << 20;
    private static final double NS_A_S = 1e9;

    @Override
    public String title() {
        return "catch-up, " + LENGTH_MB + " MB " + (isCold ? "from the journal" : "from memory") + ", " + format.title();
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Errors errors = new Errors();
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            Reading first = new Reading(errors, Format.TEXT_ANY, LENGTH_BYTES);
            first.run(loop, Client.request("volume/" + LENGTH_MB + "?unit=any&on-disconnect=continue"));
            ByteBuffer request = format.follow(first.stream());
            rounds(loop, request, errors, effort.warmUpNs());
            SequencedMap<String, Usage> before = contender.usage();
            long startNs = System.nanoTime();
            double nsARound = rounds(loop, request, errors, effort.measureNs());
            long elapsedNs = System.nanoTime() - startNs;
            return new Figures().put("MB/s", LENGTH_MB / nsARound * NS_A_S)
                    .usage(before, contender.usage(), elapsedNs)
                    .put("errors", errors.count());
        }
    }

    /** Reads it again and again for so long, at least once; returns the time that once took. */
    private double rounds(LoadLoop loop, ByteBuffer request, Errors errors, long forNs) throws IOException {
        long startNs = System.nanoTime();
        long readingNs = 0;
        int rounds = 0;
        do {
            if (isCold) {
                // What is beyond the bound leaves the streamer's memory when it reads something from the journal.
                new Reading(errors, Format.TEXT_CHAR, Work.SHORT.length()).run(loop, Client.request("short"));
            }
            readingNs += new Reading(errors, format, LENGTH_BYTES).run(loop, request);
            rounds++;
        } while (errors.count() == 0 && System.nanoTime() - startNs < forNs);
        return (double) readingNs / rounds;
    }
}
