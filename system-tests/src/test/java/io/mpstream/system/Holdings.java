package io.mpstream.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What both processes hold of the machine: heap after a collection, direct memory, open files, and their disk. */
final class Holdings {
    /** Option of the JVM that has it count its direct memory. */
    static final String JAVA_OPTION = "-XX:NativeMemoryTracking=summary";
    private static final String JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    private static final Pattern HEAP = Pattern.compile("(?:PSYoungGen|ParOldGen) +total \\d+K, used (\\d+)K");
    /** Where the JVM counts direct buffers. */
    private static final Pattern DIRECT = Pattern.compile("- +Other \\(reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern USED = Pattern.compile("^(\\d+)");
    private static final double KIB = 1024;
    private static final double HEAP_SLACK_MIB = 12;
    private static final double DIRECT_SLACK_MIB = 6;
    private static final double FILES_SLACK = 15;
    private static final double DISK_SLACK_MIB = 16;

    private final RunningServer server;
    private final Path data;
    private final List<Series> all = List.of(
            new Series("producer heap MiB", HEAP_SLACK_MIB), new Series("producer direct MiB", DIRECT_SLACK_MIB), new Series("producer files", FILES_SLACK),
            new Series("streamer heap MiB", HEAP_SLACK_MIB), new Series("streamer direct MiB", DIRECT_SLACK_MIB), new Series("streamer files", FILES_SLACK),
            new Series("disk MiB", DISK_SLACK_MIB));

    Holdings(RunningServer server, Path data) {
        this.server = server;
        this.data = data;
    }

    /** Looks once. */
    void take() {
        int at = 0;
        for (String role : List.of("producer", "streamer")) {
            ProcessHandle process = server.jvm(role);
            String pid = Long.toString(process.pid());
            Commands.run(JCMD, pid, "GC.run");
            all.get(at++).add(sum(HEAP, Commands.output(JCMD, pid, "GC.heap_info")) / KIB);
            all.get(at++).add(sum(DIRECT, Commands.output(JCMD, pid, "VM.native_memory", "summary")) / KIB);
            all.get(at++).add(Judge.openFiles(process));
        }
        all.get(at).add(sum(USED, Commands.output("du", "-sk", data.toString())) / KIB);
    }

    private static double sum(Pattern pattern, String text) {
        List<MatchResult> found = pattern.matcher(text).results().toList();
        if (found.isEmpty()) {
            throw new AssertionError("no " + pattern + " in " + text);
        }
        return found.stream().mapToDouble(each -> Double.parseDouble(each.group(1))).sum();
    }

    /** A line of names, and one of figures each time. */
    String table() {
        StringBuilder table = new StringBuilder(all.stream().map(Series::name).collect(Collectors.joining(" | ", "| ", " |\n")));
        for (int i = 0; i < all.getFirst().all().size(); i++) {
            int row = i;
            table.append(all.stream().map(series -> String.format(Locale.ROOT, "%" + series.name().length() + ".1f", series.all().get(row))).collect(Collectors.joining(" | ", "| ", " |\n")));
        }
        return table.toString();
    }

    /** What has grown; nothing if all is flat. */
    String growth() {
        return all.stream().map(Series::growth).collect(Collectors.joining());
    }
}
