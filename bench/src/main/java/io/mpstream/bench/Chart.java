package io.mpstream.bench;

import java.util.List;
import java.util.Map;

/** The headlines as bars, a panel a workload; in each, the longest bar is the largest figure. */
final class Chart {
    private static final int WIDTH = 760;
    private static final int LEFT = 110;
    private static final int BAR = 16;
    private static final int STEP = 22;
    private static final int TITLE = 30;
    private static final int GAP = 14;
    private static final int LONGEST = 480;
    private static final Map<String, String> COLOURS = Map.of(Contender.MPSTREAM.title(), "#0b6e4f",
            Contender.CEILING.title(), "#9aa5b1", Contender.LIMIT.title(), "#c9a227", Contender.PLAIN_PORT.title(), "#d1603d", Contender.NODE.title(), "#5b7db1");

    private final List<Row> rows;

    Chart(List<Row> rows) {
        this.rows = rows;
    }

    String svg() {
        StringBuilder panels = new StringBuilder();
        int y = GAP;
        for (String workload : rows.stream().map(Row::workload).distinct().toList()) {
            List<Row> panel = rows.stream().filter(row -> row.workload().equals(workload) && row.value() > 0).toList();
            if (panel.isEmpty()) {
                continue;
            }
            Row first = panel.getFirst();
            panels.append(text(GAP, y + BAR, "bold", workload + ": " + first.headline()
                    + (first.isMoreBetter() ? " (more is better)" : " (less is better)")));
            y += TITLE;
            double largest = panel.stream().mapToDouble(Row::value).max().orElse(1);
            for (Row row : panel) {
                panels.append(bar(y, row, largest));
                y += STEP;
            }
            y += GAP;
        }
        return String.format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n%s</svg>%n", WIDTH, y, panels);
    }

    private static String bar(int y, Row row, double largest) {
        int length = Math.max(1, (int) (LONGEST * row.value() / largest));
        return text(GAP, y + BAR - 3, "normal", row.contender())
                + String.format("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                        LEFT, y, length, BAR, COLOURS.getOrDefault(row.contender(), "#333333"))
                + text(LEFT + length + 6, y + BAR - 3, "normal", Report.number(row.value()));
    }

    private static String text(int x, int y, String weight, String text) {
        return String.format("<text x=\"%d\" y=\"%d\" font-weight=\"%s\" fill=\"#1f2933\">%s</text>%n", x, y, weight,
                text.replace("&", "&amp;").replace("<", "&lt;"));
    }
}
