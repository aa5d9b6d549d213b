package io.mpstream.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** From the command to the first character of the first answer, each time on a folder without data. */
final class Start {
    private static final int ROUNDS_PART = 4;

    private Start() {
    }

    static Figures run(Contender contender, Path root, Effort effort) throws IOException, InterruptedException {
        long[] elapsedMs = new long[effort.rounds() / ROUNDS_PART];
        for (int i = 0; i < elapsedMs.length; i++) {
            long beganNs = System.nanoTime();
            try (RunningContender running = RunningContender.start(contender, root)) {
                elapsedMs[i] = TimeUnit.NANOSECONDS.toMillis(running.awaitAnswer() - beganNs);
            }
        }
        Arrays.sort(elapsedMs);
        return new Figures().put("median ms", elapsedMs[elapsedMs.length / 2]).put("max ms", elapsedMs[elapsedMs.length - 1]);
    }
}
