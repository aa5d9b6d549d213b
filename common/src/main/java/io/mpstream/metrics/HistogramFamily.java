package io.mpstream.metrics;

import io.mpstream.measure.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.Supplier;

/** The histograms of one name, read when they are asked for. */
final class HistogramFamily implements Collector {
    private final String name;
    private final String help;
    private final Supplier<List<Series>> all;

    HistogramFamily(String name, String help, Supplier<List<Series>> all) {
        this.name = name;
        this.help = help;
        this.all = all;
    }

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(name).help(help);
        all.get().stream().filter(series -> !series.parts().isEmpty()).forEach(series -> family.dataPoint(point(series)));
        return family.build();
    }

    private static HistogramDataPointSnapshot point(Series series) {
        double[] bounds = series.parts().getFirst().bounds();
        long[] counts = new long[bounds.length + 1];
        double sum = 0;
        for (Histogram part : series.parts()) {
            long[] some = part.counts();
            for (int i = 0; i < counts.length; i++) {
                counts[i] += some[i];
            }
            sum += part.sum();
        }
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < counts.length; i++) {
            buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
        }
        return HistogramDataPointSnapshot.builder().classicHistogramBuckets(buckets.build()).sum(sum)
                .labels(Labels.of(series.labels().toArray(String[]::new))).build();
    }
}
