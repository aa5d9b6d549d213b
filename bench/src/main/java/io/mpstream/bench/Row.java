package io.mpstream.bench;

import java.util.List;
import java.util.Map;

/**
 * One line of the table.
 *
 * @param workload  what was measured
 * @param contender who
 * @param headline  the figure that the comparison goes by
 * @param figures   all figures, by name
 */
record Row(String workload, String contender, String headline, Map<String, Double> figures) {
    double value() {
        return figures.getOrDefault(headline, Double.NaN);
    }

    /** The headline as a part of another's, or NaN if the other was not measured. */
    double of(Contender other, List<Row> all) {
        return all.stream().filter(row -> row.workload.equals(workload) && row.contender.equals(other.title()))
                .mapToDouble(row -> value() / row.value()).findFirst().orElse(Double.NaN);
    }

    /** Whether more of the headline is better. */
    boolean isMoreBetter() {
        return headline.endsWith("/s");
    }
}
