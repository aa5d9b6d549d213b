package io.mpstream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Formats beside each other: in turns on one start, because from one minute to the next a machine is not the same. Every other round goes backwards,
 * so that what grows or fades meanwhile is in all of them alike.
 */
final class Turns {
    private static final int ROUNDS = 6;
    /** Until all are warm. */
    private static final int ROUNDS_LEFT_OUT = 2;
    private static final String ERRORS = "errors";

    private Turns() {
    }

    /**
     * Measures each format in every round: the median of each figure, and what part the headline is of that of the first format, round by round. All
     * errors count.
     *
     * @param headline the figure that the comparison goes by
     */
    static SequencedMap<Format, Figures> run(List<Format> formats, String headline, Function<Format, Figures> measure) {
        SequencedMap<Format, List<Figures>> measured = new LinkedHashMap<>();
        formats.forEach(format -> measured.put(format, new ArrayList<>()));
        for (int round = 0; round < ROUNDS; round++) {
            for (Format format : round % 2 == 0 ? formats : formats.reversed()) {
                measured.get(format).add(measure.apply(format));
            }
        }
        SequencedMap<Format, Figures> medians = new LinkedHashMap<>();
        Format first = formats.getFirst();
        measured.forEach((format, rounds) -> {
            Figures figures = medians(rounds.subList(ROUNDS_LEFT_OUT, ROUNDS));
            if (format != first) {
                List<Double> parts = IntStream.range(ROUNDS_LEFT_OUT, ROUNDS)
                        .mapToObj(round -> value(rounds.get(round), headline) / value(measured.get(first).get(round), headline)).sorted().toList();
                String of = "of " + first.title();
                figures.put(of, Figures.median(parts)).put(of + " min", parts.getFirst()).put(of + " max", parts.getLast());
            }
            medians.put(format, figures.put(ERRORS, rounds.stream().mapToDouble(round -> value(round, ERRORS)).sum()));
        });
        return medians;
    }

    private static Figures medians(List<Figures> rounds) {
        Figures medians = new Figures();
        rounds.getLast().byName().keySet().forEach(name -> medians.put(name, Figures.median(rounds.stream().map(round -> value(round, name)).toList())));
        return medians;
    }

    /** Not a number where a round broke down. */
    private static double value(Figures round, String name) {
        return round.byName().getOrDefault(name, Double.NaN);
    }
}
