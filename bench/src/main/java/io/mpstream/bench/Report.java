package io.mpstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The table of all that was measured, as text, as JSON and as a chart. */
final class Report {
    private static final List<String> COLUMNS = List.of("p50 µs", "p99 µs", "p99.9 µs", "max µs", "due p99 µs", "cpu µs/answer", "cpu µs/token", "cpu ns/character", "cpu %", "client cpu %", "peak MB", "errors");

    private final Map<String, Object> machine;
    private final List<Row> rows = new ArrayList<>();

    Report(Map<String, Object> machine) {
        this.machine = machine;
    }

    void add(Row row) {
        rows.add(row);
    }

    /** What went wrong with this project; that others do not hold is a result. */
    int errors() {
        return rows.stream().filter(row -> row.contender().equals(Contender.MPSTREAM.title())).mapToInt(row -> row.figures().getOrDefault("errors", 0.0).intValue()).sum();
    }

    /** The table, in Markdown, rows of one workload together. */
    String table() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(Stream.concat(Stream.of("workload", "who", "figure", "of limit", "of ceiling"), COLUMNS.stream()).toList());
        for (String workload : rows.stream().map(Row::workload).distinct().toList()) {
            rows.stream().filter(row -> row.workload().equals(workload)).forEach(row -> cells.add(line(row)));
        }
        int[] widths = new int[cells.getFirst().size()];
        cells.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        StringBuilder table = new StringBuilder();
        for (List<String> line : cells) {
            append(table, line, widths, " ");
            if (line == cells.getFirst()) {
                append(table, line.stream().map(cell -> "").toList(), widths, "-");
            }
        }
        return table.toString();
    }

    private static void append(StringBuilder table, List<String> line, int[] widths, String fill) {
        for (int i = 0; i < widths.length; i++) {
            String pad = fill.repeat(widths[i] - line.get(i).length());
            // Names to the left, numbers to the right.
            table.append("| ").append(i < 2 ? line.get(i) + pad : pad + line.get(i)).append(' ');
        }
        table.append("|\n");
    }

    private List<String> line(Row row) {
        List<String> line = new ArrayList<>(List.of(row.workload(), row.contender(),
                number(row.value()) + " " + row.headline(), number(row.of(Contender.LIMIT, rows)), number(row.of(Contender.CEILING, rows))));
        COLUMNS.forEach(column -> line.add(number(row.figures().getOrDefault(column, Double.NaN))));
        return line;
    }

    /** Three digits or more. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "";
        }
        if (value == Math.rint(value) || value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Writes all three into a folder. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("table.md"), table());
        Files.write(folder.resolve("results.json"), JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValueAsBytes(Map.of("machine", machine, "rows", rows)));
        Files.writeString(folder.resolve("chart.svg"), new Chart(rows).svg());
    }
}
