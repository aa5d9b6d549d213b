package io.mpstream.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What was measured of one workload and one contender: numbers by name, the unit in the name. */
final class Figures {
    private static final double NS_A_US = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double BYTES_A_MB = 1 << 20;
    private static final double PERCENT = 100;

    private final SequencedMap<String, Double> byName = new LinkedHashMap<>();

    /** A histogram that holds any latency up to a minute, to three digits. */
    static Histogram latencies() {
        Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        latencies.setAutoResize(true);
        return latencies;
    }

    /** The one in the middle, or half way between the two. */
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    Figures put(String name, double value) {
        byName.put(name, value);
        return this;
    }

    /** The latencies that people ask for. */
    Figures latency(String prefix, Histogram ns) {
        if (ns.getTotalCount() == 0) {
            return this;
        }
        put(prefix + "p50 µs", ns.getValueAtPercentile(50) / NS_A_US);
        put(prefix + "p99 µs", ns.getValueAtPercentile(99) / NS_A_US);
        put(prefix + "p99.9 µs", ns.getValueAtPercentile(99.9) / NS_A_US);
        return put(prefix + "max µs", ns.getMaxValue() / NS_A_US);
    }

    /** What the processes used between two moments. */
    Figures usage(SequencedMap<String, Usage> before, SequencedMap<String, Usage> after, long elapsedNs) {
        double cpu = 0;
        double peak = 0;
        for (String role : after.keySet()) {
            Usage used = after.get(role).minus(before.get(role));
            put(role + " cpu %", PERCENT * used.cpuNs() / elapsedNs);
            if (!role.equals(RunningContender.CLIENT)) {
                put(role + " peak MB", used.peakBytes() / BYTES_A_MB);
                cpu += used.cpuNs();
                peak += used.peakBytes();
            }
        }
        put("cpu %", PERCENT * cpu / elapsedNs);
        return put("peak MB", peak / BYTES_A_MB);
    }

    SequencedMap<String, Double> byName() {
        return byName;
    }
}
