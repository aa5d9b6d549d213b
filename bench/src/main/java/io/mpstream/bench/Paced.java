package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Many streams at the pace of a language model. Each token says when it was made; {@code p…} is the time from there to
 * the client, {@code due p…} that from when it should have been made, which a stall of the generator is part of. Every
 * stream is read to its end and must have every token.
 */
record Paced(String title, int streams) implements Workload {
    private static final long INTERVAL_MS = 100;
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);
    private static final int CONNECTS_A_ROUND = 32;
    /** Streams that can be begun in a second, at the least. */
    private static final int RAMP_A_SECOND = 1_000;
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long END_S = 30;
    /** One more or less at either end of the window is no loss. */
    private static final double OWED_PART = 0.97;

    Paced(int streams) {
        this(String.format(Locale.ROOT, "paced, %,d streams", streams), streams);
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        long seconds = effort.warmUpS() + effort.measureS() + streams / RAMP_A_SECOND + 2;
        Window window = new Window((int) (TimeUnit.SECONDS.toMillis(seconds) / INTERVAL_MS));
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            begin(loop, window);
            loop.runUntil(System.nanoTime() + effort.warmUpNs());
            SequencedMap<String, Usage> before = contender.usage();
            long usageNs = System.nanoTime();
            // To look at the processes stops this thread for a while, which is not theirs to answer for.
            loop.runUntil(usageNs + SETTLE_NS);
            window.open(System.nanoTime());
            loop.runUntil(System.nanoTime() + effort.measureNs());
            window.close(System.nanoTime());
            SequencedMap<String, Usage> after = contender.usage();
            long elapsedNs = System.nanoTime() - usageNs;
            if (window.whole > 0) {
                window.errors.add(window.whole, window.whole + " streams had ended before all were measured: it took too long to begin them");
            }
            loop.runUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S), () -> window.finished >= streams);
            return figures(window, before, after, elapsedNs);
        }
    }

    private void begin(LoadLoop loop, Window window) throws IOException {
        ByteBuffer request = Caller.request("paced/" + INTERVAL_MS + "/" + window.tokens);
        for (int i = 0; i < streams; i++) {
            loop.connect(new Stream(window), false).ask(request);
            if (i % CONNECTS_A_ROUND == 0) {
                loop.poll();
            }
        }
        loop.runUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S), () -> window.begun + window.finished >= streams);
    }

    private Figures figures(Window window, SequencedMap<String, Usage> before, SequencedMap<String, Usage> after, long elapsedNs) {
        if (window.finished < streams) {
            window.errors.add(streams - window.finished, streams - window.finished + " streams did not end");
        }
        long owed = streams * window.lengthNs / INTERVAL_NS;
        if (window.latencies.getTotalCount() < owed * OWED_PART) {
            window.errors.add(String.format(Locale.ROOT, "%,d tokens came of %,d that were due", window.latencies.getTotalCount(), owed));
        }
        double tokensANs = (double) window.latencies.getTotalCount() / window.lengthNs;
        Figures figures = new Figures().latency("", window.latencies).latency("due ", window.lateness)
                .put("tokens/s", tokensANs * 1e9)
                .usage(before, after, elapsedNs)
                .put("errors", window.errors.count());
        return figures.put("cpu µs/token", figures.byName().get("cpu %") / 100 / 1e3 / tokensANs);
    }

    /** What all streams have in common. */
    private static final class Window {
        private final int tokens;
        private final Histogram latencies = Figures.latencies();
        private final Histogram lateness = Figures.latencies();
        private final Errors errors = new Errors();
        private boolean isOpen;
        private long openedNs;
        private long lengthNs;
        private int begun;
        private int whole;
        private int finished;

        Window(int tokens) {
            this.tokens = tokens;
        }

        void open(long nowNs) {
            isOpen = true;
            openedNs = nowNs;
        }

        void close(long nowNs) {
            isOpen = false;
            lengthNs = nowNs - openedNs;
        }
    }

    private static final class Stream implements Caller.Ear {
        private final Window window;
        private int token;
        private int digits;
        /** When the first token was due, as far as is known: no token is made before it is due. */
        private long dueNs = Long.MAX_VALUE;
        private int tokens;

        Stream(Window window) {
            this.window = window;
        }

        @Override
        public void head(Caller caller) {
            window.begun++;
        }

        @Override
        public void character(Caller caller, byte character, long nowNs) {
            if (character == '\n') {
                return;
            }
            token = Stamp.withDigit(token, character);
            if (++digits == Stamp.LENGTH) {
                digits = 0;
                token(nowNs);
            }
        }

        private void token(long nowNs) {
            long latencyNs = Stamp.elapsedNs(token, nowNs);
            dueNs = Math.min(dueNs, nowNs - latencyNs - tokens * INTERVAL_NS);
            if (window.isOpen) {
                window.latencies.recordValue(latencyNs);
                window.lateness.recordValue(nowNs - dueNs - tokens * INTERVAL_NS);
            }
            tokens++;
        }

        @Override
        public void end(Caller caller, long nowNs) {
            if (tokens != window.tokens || digits != 0) {
                window.errors.add("a stream had " + tokens + " tokens of " + window.tokens);
            }
            window.whole++;
            window.finished++;
            caller.close();
        }

        @Override
        public void failed(Caller caller, String reason) {
            window.errors.add(reason);
            window.finished++;
        }
    }
}
