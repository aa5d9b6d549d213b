package io.mpstream.system;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure that is taken again and again, and that must not grow.
 *
 * @param name  what it is
 * @param slack how much it may grow however small it is
 * @param all   the figures, oldest first
 */
record Series(String name, double slack, List<Double> all) {
    private static final double GROWTH_MAX = 1.15;
    private static final int QUARTERS = 4;

    Series(String name, double slack) {
        this(name, slack, new ArrayList<>());
    }

    void add(double figure) {
        all.add(figure);
    }


    /** What is wrong with it: that its last quarter is well above its second, when all was warm. Nothing if it is flat. */
    String growth() {
        double second = mean(1);
        double last = mean(QUARTERS - 1);
        return last <= second * GROWTH_MAX + slack ? "" : "%s grew from %.1f to %.1f: %s\n".formatted(name, second, last, all);
    }

    private double mean(int quarter) {
        int from = all.size() * quarter / QUARTERS;
        int to = all.size() * (quarter + 1) / QUARTERS;
        return all.subList(from, to).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
