package io.mpstream.streamer.metrics;

import io.mpstream.measure.Counter;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.metrics.Series;
import io.mpstream.streamer.encoding.ClientFormat;
import io.mpstream.streamer.encoding.Interruption;
import io.mpstream.streamer.session.Traffic;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What sessions do: the sum over all I/O threads. */
final class TrafficMetrics {
    private final Supplier<List<Traffic>> threads;

    TrafficMetrics(Supplier<List<Traffic>> threads) {
        this.threads = threads;
    }

    void register(MetricsPort port) {
        port.histograms("mpstream_delivery_lag_seconds", "From text in the journal to a live reader's socket.",
                () -> List.of(new Series(List.of(), threads.get().stream().map(Traffic::lag).toList())));
        for (ClientFormat format : ClientFormat.values()) {
            port.gauge("mpstream_viewers", "Responses that follow a stream.", () -> sum(thread -> thread.viewers(format)), "format", format.label());
            port.counter("mpstream_sent_bytes_total", "Bytes of responses that sockets have taken, without heads and TLS.",
                    () -> sum(thread -> thread.sentBytes(format)), "format", format.label());
        }
        for (Interruption why : List.of(Interruption.EXPIRED, Interruption.DRAINING, Interruption.PRODUCER_AWAY)) {
            port.counter("mpstream_interrupted_total", "Responses that ended before their streams.", () -> sum(thread -> thread.interrupted(why)), "reason",
                    why.reason());
        }
        port.counter("mpstream_stalls_total", "Writes that a socket did not take whole.", () -> sum(Traffic::stalls));
        port.counter("mpstream_resumes_total", "Responses that went on after the start of a stream.", () -> sum(Traffic::resumes));
        port.counter("mpstream_replayed_bytes_total", "Text that was there before its reader, in UTF-8.", () -> sum(Traffic::replayedBytes));
    }

    private double sum(Function<Traffic, Counter> counter) {
        return threads.get().stream().mapToLong(thread -> counter.apply(thread).count()).sum();
    }
}
