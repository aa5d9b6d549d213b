package io.mpstream.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * From a kill -9 of the streamer to the first character of a new answer, while so much of old ones is retained; and from asking for the oldest
 * of them to its first character, just after.
 *
 * @param megabytes that are retained
 */
record Restart(int megabytes) implements Workload {
    /** So that all of it stays. */
    static final String[] OPTIONS = {"--retain-bytes", "4GiB"};

    private static final int ANSWER_MB = 4;
    private static final int ROUNDS_PART = 2;
    /** A process that has lived for three seconds is started again without a pause. */
    private static final long LIVES_MS = 4_000;

    @Override
    public String title() {
        return "streamer restarted, " + megabytes + " MB retained";
    }

    @Override
    public Figures run(RunningContender contender, Effort effort) throws IOException {
        Errors errors = new Errors();
        String oldest = fill(contender, errors);
        double[] answeredMs = new double[effort.rounds() / ROUNDS_PART];
        double[] oldestMs = new double[answeredMs.length];
        try {
            for (int i = 0; i < answeredMs.length; i++) {
                TimeUnit.MILLISECONDS.sleep(LIVES_MS);
                contender.awaitAnswer();
                long beganNs = System.nanoTime();
                contender.kill("streamer");
                answeredMs[i] = millis(contender.awaitAnswer() - beganNs);
                beganNs = System.nanoTime();
                if (!contender.answers("/v1/stream/" + oldest, Work.PAGE.charAt(0))) {
                    errors.add("the oldest answer is not there");
                }
                oldestMs[i] = millis(System.nanoTime() - beganNs);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        Arrays.sort(answeredMs);
        Arrays.sort(oldestMs);
        return new Figures().put("median ms", answeredMs[answeredMs.length / 2]).put("max ms", answeredMs[answeredMs.length - 1])
                .put("oldest median ms", oldestMs[oldestMs.length / 2]).put("oldest max ms", oldestMs[oldestMs.length - 1])
                .put("errors", errors.count());
    }

    private static double millis(long ns) {
        return ns / 1e6;
    }

    private String fill(RunningContender contender, Errors errors) throws IOException {
        String oldest = null;
        try (LoadLoop loop = new LoadLoop(contender.address())) {
            for (int i = 0; i < megabytes / ANSWER_MB; i++) {
                Reading reading = new Reading(errors, Format.TEXT_ANY, (long) ANSWER_MB << 20);
                reading.run(loop, Client.request("volume/" + ANSWER_MB + "?unit=any"));
                oldest = oldest == null ? reading.stream() : oldest;
            }
        }
        return oldest;
    }
}
