package io.mpstream.system;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code /metrics} told at once, in Prometheus' text format, read strictly. */
final class Scrape {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^}]*})? (NaN|[+-]Inf|[-+0-9.eE]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    private final String text;
    /** Value by name and labels, as they were told. */
    private final Map<String, Double> values = new TreeMap<>();

    private Scrape(String text) {
        this.text = text;
        text.lines().filter(line -> !line.startsWith("# ")).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("no sample: " + line);
            }
            String key = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
            if (values.put(key, number(sample.group(3))) != null) {
                throw new AssertionError("told twice: " + key);
            }
        });
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** All that is told at this port now. */
    static Scrape of(int port) {
        try (Wire wire = new Wire(port)) {
            Wire.Response response = wire.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").response();
            if (response.status() != 200 || !"text/plain; version=0.0.4; charset=utf-8".equals(response.header("Content-Type"))) {
                throw new AssertionError(response.toString());
            }
            return new Scrape(response.body());
        }
    }

    String text() {
        return text;
    }

    /** The sum of the samples of this name that have these labels, {@code name="value"} each; 0 where there are none. */
    double sum(String name, String... labels) {
        return values.entrySet().stream().filter(each -> each.getKey().equals(name) || each.getKey().startsWith(name + "{"))
                .filter(each -> Arrays.stream(labels).allMatch(label -> each.getKey().contains(label))).mapToDouble(Map.Entry::getValue).sum();
    }

    /** The names of all samples. */
    TreeSet<String> names() {
        return values.keySet().stream().map(key -> key.replaceFirst("\\{.*", "")).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of all labels. */
    TreeSet<String> labels() {
        return values.keySet().stream().flatMap(key -> LABEL.matcher(key).results()).map(label -> label.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The bounds of a histogram, in order, the infinite one last. */
    List<Double> bounds(String name) {
        return values.keySet().stream().filter(key -> key.startsWith(name + "_bucket{")).map(Scrape::bound).distinct().sorted().toList();
    }

    /** How many times of a histogram are in each of its buckets, not beyond. */
    List<Long> counts(String name) {
        Map<Double, Double> upTo = new TreeMap<>(Comparator.naturalOrder());
        values.forEach((key, value) -> {
            if (key.startsWith(name + "_bucket{")) {
                upTo.merge(bound(key), value, Double::sum);
            }
        });
        double[] before = {0};
        return upTo.values().stream().map(value -> {
            long own = Math.round(value - before[0]);
            before[0] = value;
            return own;
        }).toList();
    }

    private static double bound(String key) {
        Matcher label = LABEL.matcher(key);
        while (label.find()) {
            if (label.group(1).equals("le")) {
                return number(label.group(2));
            }
        }
        throw new AssertionError("no bound: " + key);
    }
}
