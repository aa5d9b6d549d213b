package io.mpstream.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What was measured of one workload and one contender: numbers by name, the unit in the name. */
final class Figures {
    private static final double NS_A_US = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double BYTES_A_MB = 1 << 20;
    private static final double PERCENT = 100;

    private final SequencedMap<String, Double> cpuNs = new LinkedHashMap<>();
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
            cpuNs.put(role, (double) used.cpuNs());
            if (!role.equals(RunningContender.CLIENT)) {
                put(role + " peak MB", used.peakBytes() / BYTES_A_MB);
                cpu += used.cpuNs();
                peak += used.peakBytes();
            }
        }
        put("cpu %", PERCENT * cpu / elapsedNs);
        return put("peak MB", peak / BYTES_A_MB);
    }

    /**
     * The processor time that a unit of work cost, after {@link #usage}: of each process, and of all but the client.
     *
     * @param unit   of time and of work
     * @param unitNs nanoseconds in the unit of time
     * @param done   units of work between the two moments
     */
    Figures costs(String unit, double unitNs, double done) {
        cpuNs.forEach((role, ns) -> put(role + " " + unit, ns / unitNs / done));
        double all = cpuNs.entrySet().stream().filter(role -> !role.getKey().equals(RunningContender.CLIENT)).mapToDouble(Map.Entry::getValue).sum();
        return put("cpu " + unit, all / unitNs / done);
    }

    SequencedMap<String, Double> byName() {
        return byName;
    }
}
