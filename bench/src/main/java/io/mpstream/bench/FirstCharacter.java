package io.mpstream.bench;

import java.io.IOException;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * How soon the first character of a short answer comes, and how many such answers a second. Each connection asks again
 * when its answer is whole, so the latency is that of this many clients at once, not of a given rate.
 */
record FirstCharacter(String title, int connections, Format format) implements Workload {
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    FirstCharacter(int connections) {
        this(title(connections), connections, Format.TEXT_CHAR);
    }

    FirstCharacter(int connections, Format format) {
        this(title(connections) + ", " + format.title(), connections, format);
    }

    private static String title(int connections) {
        return "first character, " + connections + (connections == 1 ? " connection" : " connections");
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Asker asker = new Asker(format, contender.credentials());
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            asker.begin(loop, connections);
            loop.runUntil(System.nanoTime() + effort.warmUpNs());
            SequencedMap<String, Usage> before = contender.usage();
            long usageNs = System.nanoTime();
            long countedFrom = asker.answers;
            // To look at the processes stops this thread for a while, which is not theirs to answer for.
            loop.runUntil(usageNs + SETTLE_NS);
            long counted = asker.answers - countedFrom;
            asker.reset();
            long startNs = System.nanoTime();
            loop.runUntil(startNs + effort.measureNs());
            long elapsedNs = System.nanoTime() - startNs;
            double answers = asker.answers;
            if (answers < connections) {
                asker.errors.add("only " + asker.answers + " answers");
            }
            return new Figures().latency("", asker.latencies)
                    .put("answers/s", answers * 1e9 / elapsedNs)
                    .usage(before, contender.usage(), System.nanoTime() - usageNs)
                    .costs("µs/answer", 1e3, counted + answers)
                    .put("errors", asker.errors.count());
        }
    }
}
