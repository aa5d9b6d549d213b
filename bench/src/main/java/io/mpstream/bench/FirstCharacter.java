package io.mpstream.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

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
            for (int i = 0; i < connections; i++) {
                loop.connect(format.client(asker, false)).ask(asker.request);
            }
            loop.runUntil(System.nanoTime() + effort.warmUpNs());
            SequencedMap<String, Usage> before = contender.usage();
            long usageNs = System.nanoTime();
            // To look at the processes stops this thread for a while, which is not theirs to answer for.
            loop.runUntil(usageNs + SETTLE_NS);
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
                    .put("errors", asker.errors.count());
        }
    }

    private static final class Asker implements Client.Ear {
        private final ByteBuffer request;
        private final int length;
        private final Histogram latencies = Figures.latencies();
        private final Errors errors = new Errors();
        private long answers;

        Asker(Format format, String... credentials) {
            request = format.ask("short", credentials);
            length = Work.SHORT.length() + format.tailLength();
        }

        void reset() {
            latencies.reset();
            answers = 0;
        }

        @Override
        public void character(Client client, byte character, long nowNs) {
            if (client.characters == 1) {
                latencies.recordValue(nowNs - client.askedNs);
            }
        }

        @Override
        public void end(Client client, long nowNs) {
            if (client.characters != length) {
                errors.add("a short answer had " + client.characters + " characters");
            }
            answers++;
            try {
                client.ask(request);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void failed(Client client, String reason) {
            errors.add(reason);
        }
    }
}
