package io.mpstream.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures every workload on every contender and reports. */
@Command(name = "bench/run.sh", sortOptions = false, usageHelpAutoWidth = true,
        description = "Measures MPStream beside others that do the same work. Takes some minutes; nothing else should run.")
public final class BenchMain implements Callable<Integer> {
    private static final String RATE = "M chunks/s";
    private static final int FAILED = 1;
    private static final int REFUSED = 2;
    private static final int STREAMS_MAX = 10_000;
    private static final int ANSWERS_MAX = 64;
    private static final int CONNECTIONS = 64;
    private static final int SCALE_STREAMS = 5_000;
    private static final int PROCESSORS_MAX = 16;

    @Option(names = "--quick", description = "In a minute or so: to see that it runs, not for the record.")
    private boolean isQuick;

    @Option(names = "--only", split = ",", paramLabel = "NAME",
            description = "Only these groups: first-character, firehose, paced, fan-out, catch-up, idle, start, kill, restart, growth, scale. --quick: the first five and start.")
    private List<Group> only;

    @Option(names = "--who", split = ",", paramLabel = "NAME",
            description = "Only these contenders: mpstream, ceiling, limit, plain-port, node.")
    private List<Contender> who = List.of(Contender.values());

    @Option(names = "--streams", split = ",", paramLabel = "N", description = "How many are paced (1000,5000,10000; --quick 1000), and how many viewers a fan-out has (1000,10000; --quick 200).")
    private List<Integer> streams;

    @Option(names = "--results", paramLabel = "FOLDER", description = "Where table, JSON and chart go (bench/results; a part of it all: bench/results/partial).")
    private Path results;

    @Option(names = "--help", usageHelp = true, description = "Print this and exit.")
    private boolean isHelp;

    private final Path root = Path.of(System.getProperty(Contender.ROOT, ".")).toAbsolutePath().normalize();
    private final PrintStream out = System.out;
    private Effort effort;
    private Report report;
    private int failures;

    /** What is measured on one start of a contender. */
    private enum Group { FIRST_CHARACTER, FIREHOSE, PACED, FAN_OUT, CATCH_UP, IDLE, START, KILL, RESTART, GROWTH, SCALE }

    private BenchMain() {
    }

    /** Returns 0, 1 if anything went wrong while it was measured, 2 for a wrong option. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new BenchMain())
                .registerConverter(Group.class, name -> Group.valueOf(constant(name)))
                .registerConverter(Contender.class, name -> Contender.valueOf(constant(name)));
        System.exit(line.execute(args));
    }

    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        effort = isQuick ? Effort.QUICK : Effort.FULL;
        if (!Files.exists(Path.of("/proc/self/stat"))) {
            System.err.println("needs Linux: what processes use is read from /proc");
            return REFUSED;
        }
        boolean isPartial = isQuick || only != null || who.size() < Contender.values().length;
        report = new Report(machine());
        if (only == null) {
            only = isQuick ? List.of(Group.FIRST_CHARACTER, Group.FIREHOSE, Group.PACED, Group.FAN_OUT, Group.CATCH_UP, Group.START) : List.of(Group.values());
        }
        for (Contender contender : who) {
            if (contender == Contender.NODE && !isThere("node")) {
                System.err.println("Node is not installed: left out");
                continue;
            }
            try {
                measure(contender);
            } catch (IOException | RuntimeException e) {
                System.err.println("  error: " + e);
                failures++;
            }
        }
        out.println(report.table());
        Path folder = results != null ? results : root.resolve(isPartial ? "bench/results/partial" : "bench/results");
        report.write(folder);
        out.println("written to " + folder);
        return report.errors() + failures == 0 ? 0 : FAILED;
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Path.of(folder, program).toFile().canExecute());
    }

    private Map<String, Object> machine() {
        SequencedMap<String, Object> machine = new TreeMap<>();
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        machine.put("at", Instant.now().toString());
        machine.put("quick", isQuick);
        machine.put("seconds measured", effort.measureS());
        return machine;
    }

    private void measure(Contender contender) throws IOException, InterruptedException {
        for (Group group : only) {
            switch (group) {
                case FIRST_CHARACTER -> {
                    workloads(contender, effort, "p50 µs", new FirstCharacter(1));
                    if (!isQuick) {
                        workloads(contender, effort, "answers/s", new FirstCharacter(CONNECTIONS));
                        workloads(contender, effort, "cpu µs/answer", new FirstAnswers(CONNECTIONS));
                        tokenCost(contender);
                        firstCharacterInTurns(contender);
                    }
                }
                case FIREHOSE -> firehose(contender);
                case PACED -> paced(contender);
                case FAN_OUT -> fanOut(contender);
                case CATCH_UP -> catchUp(contender);
                case IDLE -> idle(contender);
                case START -> {
                    tell(contender, "start");
                    add(new Row("start", contender.title(), "median ms", Start.run(contender, root, effort).byName()));
                }
                case KILL -> kill(contender);
                case RESTART -> restart(contender);
                case GROWTH -> growth(contender);
                case SCALE -> scale(contender);
            }
        }
    }

    private void firehose(Contender contender) throws IOException, InterruptedException {
        List<Workload> firehoses = new ArrayList<>(List.of(new Firehose(1)));
        if (!isQuick) {
            firehoses.add(new Firehose(4));
            // The others write characters of one byte.
            if (contender == Contender.MPSTREAM || contender == Contender.CEILING || contender == Contender.LIMIT) {
                firehoses.add(Firehose.mixed());
            }
        }
        workloads(contender, effort, RATE, firehoses.toArray(Workload[]::new));
    }

    private void tokenCost(Contender contender) throws IOException, InterruptedException {
        if (contender == Contender.MPSTREAM) {
            tell(contender, "first character, 64 connections, each request with a token");
            add(new Row("first character, 64 connections, token", contender.title(), "answers/s", TokenCost.run(contender, root).byName()));
        }
    }

    private void firstCharacterInTurns(Contender contender) throws IOException, InterruptedException {
        if (contender == Contender.MPSTREAM) {
            try (RunningContender running = RunningContender.start(contender, root)) {
                running.awaitAnswer();
                inTurns(running, "p50 µs", List.of(Format.SSE, Format.CHAT), format -> new FirstCharacter(1, format));
            }
        }
    }

    private void paced(Contender contender) throws IOException, InterruptedException {
        List<Integer> counts = streams != null ? streams : isQuick ? List.of(1_000) : List.of(1_000, 5_000, 10_000);
        try (RunningContender running = RunningContender.start(contender, root)) {
            measure(running, effort, "p50 µs", counts.stream().map(Paced::new).toArray(Workload[]::new));
            if (contender == Contender.MPSTREAM && !isQuick) {
                // What the formats cost a token is seen where the processors are not the limit.
                inTurns(running, "cpu µs/token", List.of(Format.SSE, Format.NDJSON, Format.CHAT), format -> new Paced(counts.getFirst(), format));
            }
        }
    }

    private void inTurns(RunningContender running, String headline, List<Format> formats, Function<Format, Workload> workload) {
        String who = running.contender().title();
        Turns.run(formats, headline, format -> {
            tell(running.contender(), workload.apply(format).title() + ", in turns");
            return measure(workload.apply(format), Effort.SHORT, running);
        }).forEach((format, figures) -> add(new Row(workload.apply(format).title(), who, headline, figures.byName())));
    }

    /** The ceiling has one format. */
    private void fanOut(Contender contender) throws IOException, InterruptedException {
        List<Integer> counts = streams != null ? streams : isQuick ? List.of(200) : List.of(1_000, 10_000);
        List<Format> formats = switch (contender) {
            case MPSTREAM -> isQuick ? List.of(Format.TEXT_ANY, Format.SSE, Format.WS)
                    : List.of(Format.TEXT_ANY, Format.TEXT_CHAR, Format.SSE, Format.NDJSON, Format.WS);
            case CEILING -> List.of(Format.TEXT_ANY);
            case LIMIT, PLAIN_PORT, NODE -> List.of();
        };
        if (!formats.isEmpty()) {
            workloads(contender, effort, "p50 µs", counts.stream()
                    .flatMap(count -> formats.stream().map(format -> new FanOut(count, format))).toArray(Workload[]::new));
        }
    }

    private void catchUp(Contender contender) throws IOException, InterruptedException {
        if (contender != Contender.MPSTREAM) {
            return;
        }
        List<Format> formats = isQuick ? List.of(Format.TEXT_ANY) : List.of(Format.TEXT_ANY, Format.TEXT_CHAR, Format.SSE, Format.NDJSON);
        if (!isQuick) {
            try (RunningContender running = RunningContender.start(contender, root, CatchUp.WARM)) {
                measure(running, effort, "MB/s", formats.stream().map(format -> new CatchUp(format, false)).toArray(Workload[]::new));
            }
        }
        try (RunningContender running = RunningContender.start(contender, root, CatchUp.COLD)) {
            measure(running, effort, "MB/s", formats.stream().map(format -> new CatchUp(format, true)).toArray(Workload[]::new));
        }
    }

    /** One after the other on one start, so that the later ones find the contender warm. */
    private void workloads(Contender contender, Effort effort, String headline, Workload... workloads) throws IOException, InterruptedException {
        try (RunningContender running = RunningContender.start(contender, root)) {
            measure(running, effort, headline, workloads);
        }
    }

    private void measure(RunningContender running, Effort effort, String headline, Workload... workloads) throws IOException, InterruptedException {
        Contender contender = running.contender();
        running.awaitAnswer();
        for (Workload workload : workloads) {
            tell(contender, workload.title());
            add(new Row(workload.title(), contender.title(), headline, measure(workload, effort, running).byName()));
        }
    }

    /** A contender that breaks down has no figures, and the others are measured all the same. */
    private Figures measure(Workload workload, Effort effort, RunningContender running) {
        try {
            Usage.resetPeaks(List.copyOf(running.pids().values()));
            return workload.run(running, effort);
        } catch (IOException | RuntimeException e) {
            System.err.println("  error: " + running.contender().title() + " broke down: " + e + "; it said: " + running.output());
            return new Figures().put("errors", 1);
        }
    }

    private void idle(Contender contender) throws IOException, InterruptedException {
        if (contender == Contender.MPSTREAM) {
            workloads(contender, effort, "cpu %", new Idle(0), new Idle(10_000));
        }
    }

    private void kill(Contender contender) throws IOException, InterruptedException {
        if (contender != Contender.MPSTREAM) {
            return;
        }
        tell(contender, "kill -9 of either process");
        try (RunningContender running = RunningContender.start(contender, root)) {
            running.awaitAnswer();
            add(new Row("kill -9 to the next answer", contender.title(), "max ms", Kill.run(running, effort).byName()));
        }
    }

    private void restart(Contender contender) throws IOException, InterruptedException {
        if (contender != Contender.MPSTREAM) {
            return;
        }
        for (int megabytes : new int[] {100, 1_000}) {
            try (RunningContender running = RunningContender.start(contender, root, Restart.OPTIONS)) {
                measure(running, effort, "max ms", new Restart(megabytes));
            }
        }
    }

    /** Whether a token costs the same however many streams there are, and a character however many answers are written. */
    private void growth(Contender contender) throws IOException, InterruptedException {
        if (contender != Contender.MPSTREAM) {
            return;
        }
        List<Workload> paced = new ArrayList<>();
        List<Workload> firehoses = new ArrayList<>();
        for (int n = 1; n <= STREAMS_MAX; n *= 10) {
            paced.add(new Paced(String.format(Locale.ROOT, "growth: %,d paced", n), n, Format.TEXT_CHAR));
        }
        for (int n = 1; n <= ANSWERS_MAX; n *= 2) {
            firehoses.add(new Firehose("growth: firehose × " + n, n));
        }
        workloads(contender, Effort.SHORT, "cpu µs/token", paced.toArray(Workload[]::new));
        workloads(contender, Effort.SHORT, "producer ns/character", firehoses.toArray(Workload[]::new));
    }

    /** Whether an answer and a token cost the same however many processors there are. */
    private void scale(Contender contender) throws IOException, InterruptedException {
        if (contender != Contender.MPSTREAM) {
            return;
        }
        for (int n = 2; n <= PROCESSORS_MAX; n *= 2) {
            // What lies between is of interest where there are that many.
            if (n > Runtime.getRuntime().availableProcessors() && n < PROCESSORS_MAX) {
                continue;
            }
            String title = "scale: " + n + " processors, ";
            try (RunningContender running = RunningContender.start(contender, root, new Processors(n))) {
                measure(running, effort, "cpu µs/answer", new FirstCharacter(title + "64 connections", CONNECTIONS, Format.TEXT_CHAR));
            }
            try (RunningContender running = RunningContender.start(contender, root, new Processors(n))) {
                measure(running, effort, "cpu µs/token", new Paced(title + "5,000 paced", SCALE_STREAMS, Format.TEXT_CHAR));
            }
        }
    }

    private void add(Row row) {
        System.err.println("  " + Report.number(row.value()) + " " + row.headline());
        report.add(row);
    }

    private static void tell(Contender contender, String what) {
        System.err.println(contender.title() + ": " + what);
    }
}
