package io.mpstream.streamer.metrics;

import io.mpstream.measure.Histogram;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.metrics.Series;
import io.mpstream.protocol.Outcome;
import io.mpstream.streamer.hub.AnswerMeasures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How answers go: under the names of OpenTelemetry's semantic conventions for generative AI (GenAI server metrics) where those have one, as
 * Prometheus spells them, else under our own.
 */
final class GenerationMetrics {
    private static final String PROVIDER = "mpstream";

    private final AnswerMeasures measures;
    private final String firstResponder;

    /**
     * Of these answers.
     *
     * @param firstResponder who answers queries that name none
     */
    GenerationMetrics(AnswerMeasures measures, String firstResponder) {
        this.measures = measures;
        this.firstResponder = firstResponder;
    }

    void register(MetricsPort port) {
        port.histograms("gen_ai_server_request_duration_seconds", "From a query until the end of its answer.", () -> series(measures.durations()));
        port.histograms("gen_ai_server_time_to_first_token_seconds", "From a query until the first text of its answer.", () -> series(measures.firstTexts()));
        port.histograms("gen_ai_server_time_per_output_token_seconds", "From one token to the next, where the responder notes output_tokens.",
                () -> series(measures.tokens()));
        port.histograms("mpstream_queue_wait_seconds", "From a query until its answer starts.", () -> Series.of(measures.waits()));
        port.histograms("mpstream_generation_gap_seconds", "From one text of an answer to the next.", () -> Series.of(measures.gaps()));
        port.counter("mpstream_text_bytes_total", "Text that has come, in UTF-8.", measures::textBytes);
        for (Outcome outcome : Outcome.values()) {
            port.counter("mpstream_answers_total", "Answers that have ended.", () -> measures.ended(outcome), "outcome",
                    outcome.name().toLowerCase(Locale.ROOT));
        }
    }

    private List<Series> series(Map<AnswerMeasures.Kind, Histogram> all) {
        List<Series> series = new ArrayList<>();
        all.forEach((kind, histogram) -> series.add(new Series(labels(kind), List.of(histogram))));
        return series;
    }

    private List<String> labels(AnswerMeasures.Kind kind) {
        List<String> labels = new ArrayList<>(List.of("gen_ai_operation_name", kind.operation(), "gen_ai_provider_name", PROVIDER,
                "gen_ai_request_model", kind.responder().isEmpty() ? firstResponder : kind.responder()));
        if (!kind.error().isEmpty()) {
            labels.addAll(List.of("error_type", kind.error()));
        }
        return labels;
    }
}
