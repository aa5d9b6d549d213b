package io.mpstream.streamer.metrics;

import io.mpstream.journal.Journal;
import io.mpstream.metrics.MetricsPort;
import io.mpstream.streamer.http.HttpEdge;
import io.mpstream.streamer.hub.Hub;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.stream.LiveStream;
import java.util.Locale;

/** All that the streamer tells of itself. No label names a user, a stream or a query: there are as many series after a year as after a day. */
public final class StreamerMetrics {
    private static final double MS_A_SECOND = 1_000;

    private final Hub hub;
    private final HttpEdge edge;
    private final Journal<?> requests;
    private final Journal<?> responses;

    /** Of a streamer that serves. */
    public StreamerMetrics(Hub hub, HttpEdge edge, Journal<?> requests, Journal<?> responses) {
        this.hub = hub;
        this.edge = edge;
        this.requests = requests;
        this.responses = responses;
    }

    /**
     * Tells them on this port.
     *
     * @param firstResponder who answers queries that name none
     */
    public void register(MetricsPort port, String firstResponder) {
        new GenerationMetrics(hub.measures(), firstResponder).register(port);
        new TrafficMetrics(edge::traffic).register(port);
        String streams = "mpstream_streams";
        String known = "Streams that can be followed.";
        port.gauge(streams, known, () -> Math.max(0, hub.admissions().open() - hub.queue().running()), "state", "queued");
        port.gauge(streams, known, () -> hub.queue().running(), "state", "started");
        port.gauge(streams, known, () -> Math.max(0, hub.streams().size() - hub.admissions().open()), "state", "ended");
        port.gauge("mpstream_silence_seconds", "Since the newest text of that answer which runs and has been silent longest; feeds aside.", this::silence);
        for (RefusedException.Reason reason : RefusedException.Reason.values()) {
            port.counter("mpstream_refused_total", "Clients that were refused a stream.", () -> hub.refusals().count(reason), "reason",
                    reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        port.gauge("mpstream_producer_alive", "1 while a producer answers.", () -> hub.producerLease().readiness().isReady() ? 1 : 0);
        port.gauge("mpstream_lease_age_seconds", "Since the producer's last sign of life; not a number before the first.", this::leaseAge);
        port.gauge("mpstream_connections", "Connections of clients that are open.", edge::connections);
        port.gauge("mpstream_text_memory_bytes", "Text in memory.", hub::memoryBytes);
        port.gauge("mpstream_journal_bytes", "Length of a journal's files.", requests::bytes, "journal", "requests");
        port.gauge("mpstream_journal_bytes", "Length of a journal's files.", responses::bytes, "journal", "responses");
        port.gauge("mpstream_disk_free_bytes", "What the disk of the journals has left; not a number where they are in memory.", this::room);
    }

    private double silence() {
        long nowMs = System.currentTimeMillis();
        long longestMs = 0;
        for (LiveStream stream : hub.streams()) {
            if (stream.feed() == null) {
                longestMs = Math.max(longestMs, stream.silentMs(nowMs));
            }
        }
        return longestMs / MS_A_SECOND;
    }

    private double leaseAge() {
        long ageMs = hub.producerLease().ageMs();
        return ageMs < 0 ? Double.NaN : ageMs / MS_A_SECOND;
    }

    private double room() {
        long bytes = responses.room();
        return bytes == Long.MAX_VALUE ? Double.NaN : bytes;
    }
}
