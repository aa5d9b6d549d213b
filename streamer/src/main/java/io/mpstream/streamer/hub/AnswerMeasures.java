package io.mpstream.streamer.hub;

import io.mpstream.measure.Counter;
import io.mpstream.measure.Histogram;
import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.stream.LiveStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How answers go, in the producer's times: waits, first texts, gaps, ends. The hub's thread records, any reads. The buckets are those of
 * OpenTelemetry's conventions for generative AI.
 */
public final class AnswerMeasures {
    private static final double[] DURATION_BOUNDS = {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
    private static final double[] FIRST_BOUNDS = {0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
    private static final double[] TOKEN_BOUNDS = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5};
    private static final double[] GAP_BOUNDS = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10, 30};
    /** Kinds of answers that are told apart. There are as many as responders, times few; further ones are one. */
    private static final int KINDS_MAX = 64;
    private static final String OTHER = "_OTHER";
    private static final String OUTPUT_TOKENS = "output_tokens";

    /**
     * What answers have in common that are counted together.
     *
     * @param operation {@code chat} or {@code text_completion}
     * @param responder that the query named; an empty string for none
     * @param error     how it failed, or an empty string
     */
    public record Kind(String operation, String responder, String error) {
        private static Kind of(LiveStream stream, String error) {
            String responder = stream.terms().responder();
            return new Kind(stream.asked().isChat() ? "chat" : "text_completion", responder == null ? "" : responder, error);
        }
    }

    private final Map<Kind, Histogram> durations = new ConcurrentHashMap<>();
    private final Map<Kind, Histogram> firstTexts = new ConcurrentHashMap<>();
    private final Map<Kind, Histogram> tokens = new ConcurrentHashMap<>();
    private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
    private final Histogram waits = new Histogram(DURATION_BOUNDS);
    private final Histogram gaps = new Histogram(GAP_BOUNDS);
    private final Counter textBytes = new Counter();

    /** Nothing recorded. */
    AnswerMeasures() {
        for (Outcome outcome : Outcome.values()) {
            ended.put(outcome, new Counter());
        }
    }

    /** An answer has started. */
    void started(LiveStream stream) {
        waits.recordMs(stream.startedAtMs() - stream.asked().acceptedAtMs());
    }

    /** So many bytes of text have come, of which the stream has not heard yet. */
    void text(LiveStream stream, long bytes, long atMs) {
        textBytes.add(bytes);
        if (stream.firstTextAtMs() == 0) {
            of(firstTexts, Kind.of(stream, ""), FIRST_BOUNDS).recordMs(atMs - stream.asked().acceptedAtMs());
        } else {
            gaps.recordMs(atMs - stream.textAtMs());
        }
    }

    /** An answer has ended. */
    void ended(LiveStream stream) {
        End end = stream.end();
        ended.get(end.outcome()).add(1);
        String error = end.outcome() == Outcome.COMPLETED ? "" : end.outcome().name().toLowerCase(Locale.ROOT);
        of(durations, Kind.of(stream, error), DURATION_BOUNDS).recordMs(end.atMs() - stream.asked().acceptedAtMs());
        long count = outputTokens(end);
        if (end.outcome() == Outcome.COMPLETED && stream.firstTextAtMs() != 0 && count > 1) {
            long us = TimeUnit.MILLISECONDS.toMicros(end.atMs() - stream.firstTextAtMs());
            of(tokens, Kind.of(stream, ""), TOKEN_BOUNDS).recordUs(us / (count - 1));
        }
    }

    private static long outputTokens(End end) {
        String count = end.notes().all().getOrDefault(OUTPUT_TOKENS, "");
        return count.matches("\\d{1,15}") ? Long.parseLong(count) : 0;
    }

    private static Histogram of(Map<Kind, Histogram> all, Kind kind, double[] bounds) {
        Histogram known = all.get(kind);
        if (known != null) {
            return known;
        }
        Kind counted = all.size() < KINDS_MAX ? kind : new Kind(OTHER, OTHER, kind.error());
        return all.computeIfAbsent(counted, _ -> new Histogram(bounds));
    }

    /** From a query until the end of its answer, by kind. Any thread, as all below. */
    public Map<Kind, Histogram> durations() {
        return durations;
    }

    /** From a query until the first text of its answer, by kind. */
    public Map<Kind, Histogram> firstTexts() {
        return firstTexts;
    }

    /** From one token to the next, on the average of an answer whose responder has noted how many tokens it has, by kind. */
    public Map<Kind, Histogram> tokens() {
        return tokens;
    }

    /** From a query until its answer starts. */
    public Histogram waits() {
        return waits;
    }

    /** From one text of an answer to the next. */
    public Histogram gaps() {
        return gaps;
    }

    /** Answers that ended so. */
    public long ended(Outcome outcome) {
        return ended.get(outcome).count();
    }

    /** Bytes of text that have come. */
    public long textBytes() {
        return textBytes.count();
    }
}
