package io.mpstream.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What the clients of a paced workload have in common: how many have begun and ended, and what came while it was measured. */
final class Window {
    /** How often a stream has a token. */
    static final long INTERVAL_MS = 100;
    /** The same. */
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);
    /** How long all are waited for. */
    static final long END_S = 30;

    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int CONNECTS_A_ROUND = 32;
    /** Clients that can be begun in a second, at the least. */
    private static final int RAMP_A_SECOND = 1_000;
    /** A stream that all share begins before the first of them. */
    private static final int SPARE_S = 2;
    /** One more or less at either end of the window is no loss. */
    private static final double OWED_PART = 0.97;

    final Errors errors = new Errors();
    /** Clients that have their answer's head. */
    int begun;
    /** Clients whose answer was whole. */
    int whole;
    /** Clients whose answer has ended, in whatever way. */
    int finished;

    private final int clients;
    private final int tokens;
    /** Tokens that came a moment too late for the window, or will. */
    private final int cutOff;
    private final Histogram latencies = Figures.latencies();
    private final Histogram lateness = Figures.latencies();
    private boolean isOpen;
    private long lengthNs;
    private SequencedMap<String, Usage> before;
    private SequencedMap<String, Usage> after;
    private long elapsedNs;

    /**
     * Not open yet.
     *
     * @param isTogether whether all clients have their tokens at the same moment, so that the window's ends cut all off
     */
    Window(int clients, boolean isTogether, Effort effort) {
        long seconds = effort.warmUpS() + effort.measureS() + clients / RAMP_A_SECOND + (isTogether ? 2 * SPARE_S : SPARE_S);
        this.clients = clients;
        this.cutOff = isTogether ? 2 : 0;
        this.tokens = (int) (TimeUnit.SECONDS.toMillis(seconds) / INTERVAL_MS);
    }

    /** Tokens that a stream must have to last as long as it is needed. */
    int tokens() {
        return tokens;
    }

    /** Begins one client. */
    interface Start {
        void begin() throws IOException;
    }

    /** Begins all clients, measures, and waits until all have ended. */
    void run(LoadLoop loop, RunningContender contender, Effort effort, Start start) throws IOException {
        for (int i = 0; i < clients; i++) {
            start.begin();
            if (i % CONNECTS_A_ROUND == 0) {
                loop.poll();
            }
        }
        loop.runUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S), () -> begun + finished >= clients);
        loop.runUntil(System.nanoTime() + effort.warmUpNs());
        before = contender.usage();
        long usageNs = System.nanoTime();
        // To look at the processes stops this thread for a while, which is not theirs to answer for.
        loop.runUntil(usageNs + SETTLE_NS);
        long openedNs = System.nanoTime();
        isOpen = true;
        loop.runUntil(openedNs + effort.measureNs());
        isOpen = false;
        lengthNs = System.nanoTime() - openedNs;
        after = contender.usage();
        elapsedNs = System.nanoTime() - usageNs;
        if (whole > 0) {
            errors.add(whole, whole + " answers had ended before all were measured: it took too long to begin them");
        }
        loop.runUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S), () -> finished >= clients);
    }

    /** A token has come. */
    void token(long latencyNs, long latenessNs) {
        if (isOpen) {
            latencies.recordValue(latencyNs);
            lateness.recordValue(latenessNs);
        }
    }

    Figures figures() {
        if (finished < clients) {
            errors.add(clients - finished, clients - finished + " answers did not end");
        }
        long owed = clients * (lengthNs - cutOff * INTERVAL_NS) / INTERVAL_NS;
        if (latencies.getTotalCount() < owed * OWED_PART) {
            errors.add(String.format(Locale.ROOT, "%,d tokens came of %,d that were due", latencies.getTotalCount(), owed));
        }
        double tokensANs = (double) latencies.getTotalCount() / lengthNs;
        return new Figures().latency("", latencies).latency("due ", lateness)
                .put("tokens/s", tokensANs * 1e9)
                .usage(before, after, elapsedNs)
                .costs("µs/token", 1e3, tokensANs * elapsedNs)
                .put("errors", errors.count());
    }
}
