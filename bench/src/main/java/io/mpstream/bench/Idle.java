package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/** What it costs to do nothing: with nobody there, or with clients whose answers are silent. */
record Idle(int clients) implements Workload {
    /** The processor's time is counted in ticks of 10 ms. */
    private static final int TIMES_AS_LONG = 4;
    private static final int CONNECTS_A_ROUND = 32;
    private static final int RAMP_A_SECOND = 1_000;
    private static final long SETTLE_S = 3;

    @Override
    public String title() {
        return clients == 0 ? "idle" : String.format(Locale.ROOT, "idle, %,d silent clients", clients);
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        long measureS = TIMES_AS_LONG * effort.measureS();
        long silentMs = TimeUnit.SECONDS.toMillis(measureS + SETTLE_S + clients / RAMP_A_SECOND + 1);
        Present present = new Present();
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            ByteBuffer request = Client.request("silent/" + silentMs + "?on-disconnect=cancel");
            for (int i = 0; i < clients; i++) {
                loop.connect(new Caller(present, true)).ask(request);
                if (i % CONNECTS_A_ROUND == 0) {
                    loop.poll();
                }
            }
            loop.runUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_S));
            if (present.heads != clients) {
                present.errors.add("only " + present.heads + " clients have their head");
            }
            SequencedMap<String, Usage> before = contender.usage();
            long startNs = System.nanoTime();
            loop.runUntil(startNs + TimeUnit.SECONDS.toNanos(measureS));
            long elapsedNs = System.nanoTime() - startNs;
            SequencedMap<String, Usage> after = contender.usage();
            if (present.ends > 0) {
                present.errors.add("answers ended while they should be silent");
            }
            loop.runUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(silentMs), () -> present.ends + present.errors.count() >= clients);
            return new Figures().usage(before, after, elapsedNs)
                    .put("wake-ups/s", (wakeUps(after) - wakeUps(before)) * 1e9 / elapsedNs)
                    .put("errors", present.errors.count());
        }
    }

    private static double wakeUps(SequencedMap<String, Usage> usage) {
        return usage.entrySet().stream().filter(entry -> !entry.getKey().equals(RunningContender.CLIENT))
                .mapToLong(entry -> entry.getValue().wakeUps()).sum();
    }

    private static final class Present implements Client.Ear {
        private final Errors errors = new Errors();
        private int heads;
        private int ends;

        @Override
        public void head(Client client) {
            heads++;
        }

        @Override
        public void end(Client client, long nowNs) {
            ends++;
            client.close();
        }

        @Override
        public void failed(Client client, String reason) {
            errors.add(reason);
        }
    }
}
