package io.mpstream.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What it costs that each request brings a token, and that it is checked: short answers a second without, with one that nobody looks at, and with one
 * that is checked. In turns, on two starts that run side by side, because from one start to the next, and from one minute to the next, a machine is
 * not the same.
 */
final class TokenCost {
    /** Options under which each request must bring a token, and one user may ask without bound. */
    private static final String[] AUTHENTICATED = {"--auth", "jwt", "--issue-tokens", "--token-life", "1h", "--user-asks-max", "0", "--user-streams-max", "0",
        "--user-bytes-max", "0"};
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 8;
    /** Until both are warm. */
    private static final int ROUNDS_LEFT_OUT = 2;
    private static final double PERCENT = 100;
    private static final String RATE = "answers/s";

    private TokenCost() {
    }

    static Figures run(Contender contender, Path root) throws IOException, InterruptedException {
        List<Double> with = new ArrayList<>();
        List<Double> carried = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        try (RunningContender open = RunningContender.start(contender, root);
             RunningContender authenticated = RunningContender.start(contender, root, AUTHENTICATED)) {
            open.awaitAnswer();
            authenticated.awaitAnswer();
            for (int i = 0; i < ROUNDS; i++) {
                without.add(rate(open));
                with.add(rate(authenticated));
                open.carry(authenticated);
                carried.add(rate(open));
                open.carry(null);
            }
        }
        return new Figures().put(RATE, median(with)).put("carried " + RATE, median(carried)).put("without " + RATE, median(without))
                .put("check %", PERCENT * (1 - median(with) / median(carried)))
                .put("check and carry %", PERCENT * (1 - median(with) / median(without))).put("errors", 0);
    }

    private static double rate(RunningContender running) throws IOException {
        Figures figures = new FirstCharacter(CONNECTIONS).run(running, Effort.SHORT);
        if (figures.byName().get("errors") > 0) {
            throw new IOException("answers were wrong");
        }
        return figures.byName().get(RATE);
    }

    private static double median(List<Double> rates) {
        return Figures.median(rates.subList(ROUNDS_LEFT_OUT, rates.size()));
    }
}
