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

    /** The headline as a part of the ceiling's, or NaN if the ceiling was not measured. */
    double ofCeiling(List<Row> all) {
        return all.stream().filter(row -> row.workload.equals(workload) && row.contender.equals(Contender.CEILING.title()))
                .mapToDouble(ceiling -> value() / ceiling.value()).findFirst().orElse(Double.NaN);
    }

    /** Whether more of the headline is better. */
    boolean isMoreBetter() {
        return headline.endsWith("/s");
    }
}
