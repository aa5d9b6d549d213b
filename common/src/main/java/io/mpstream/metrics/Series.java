package io.mpstream.metrics;

import io.mpstream.measure.Histogram;
import java.util.List;

/**
 * One histogram of a family.
 *
 * @param labels names and values in turn
 * @param parts  what is told as their sum: histograms of the same bounds, mostly one a thread
 */
public record Series(List<String> labels, List<Histogram> parts) {
    /** A histogram that has no labels. */
    public static List<Series> of(Histogram histogram) {
        return List.of(new Series(List.of(), List.of(histogram)));
    }
}
