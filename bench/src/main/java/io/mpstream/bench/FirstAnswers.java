package io.mpstream.bench;

import java.io.IOException;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/** What the first short answers of a start cost, before its code is compiled: a service that is started anew every day lives with them. */
record FirstAnswers(String title, int connections) implements Workload {
    private static final int ANSWERS = 64_000;
    private static final long GIVE_UP_S = 120;

    FirstAnswers(int connections) {
        this("first 64,000 answers of a start, " + connections + " connections", connections);
    }

    /** The contender has answered next to nothing before. */
    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Asker asker = new Asker(Format.TEXT_CHAR, contender.credentials());
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            SequencedMap<String, Usage> before = contender.usage();
            long startNs = System.nanoTime();
            asker.begin(loop, connections);
            if (!loop.runUntil(startNs + TimeUnit.SECONDS.toNanos(GIVE_UP_S), () -> asker.answers >= ANSWERS)) {
                asker.errors.add("only " + asker.answers + " answers");
            }
            long elapsedNs = System.nanoTime() - startNs;
            return new Figures().latency("", asker.latencies)
                    .put("answers/s", asker.answers * 1e9 / elapsedNs)
                    .usage(before, contender.usage(), elapsedNs)
                    .costs("µs/answer", 1e3, asker.answers)
                    .put("errors", asker.errors.count());
        }
    }
}
