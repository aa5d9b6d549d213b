package io.mpstream.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** From a kill -9 of one process to the first character of the next new answer; the two processes take turns. */
final class Kill {
    /** A process that has lived for three seconds is started again without a pause; each is killed every second round. */
    private static final long LIVES_MS = 2_500;
    private static final long FIRST_LIVES_MS = 4_000;

    private Kill() {
    }

    static Figures run(RunningContender contender, Effort effort) throws IOException, InterruptedException {
        long[] elapsedMs = new long[effort.rounds()];
        TimeUnit.MILLISECONDS.sleep(FIRST_LIVES_MS);
        for (int i = 0; i < elapsedMs.length; i++) {
            TimeUnit.MILLISECONDS.sleep(LIVES_MS);
            contender.awaitAnswer();
            long beganNs = System.nanoTime();
            contender.kill(i % 2 == 0 ? "producer" : "streamer");
            elapsedMs[i] = TimeUnit.NANOSECONDS.toMillis(contender.awaitAnswer() - beganNs);
        }
        Arrays.sort(elapsedMs);
        return new Figures().put("median ms", elapsedMs[elapsedMs.length / 2]).put("p99 ms", elapsedMs[(elapsedMs.length * 99 + 99) / 100 - 1])
                .put("max ms", elapsedMs[elapsedMs.length - 1]);
    }
}
