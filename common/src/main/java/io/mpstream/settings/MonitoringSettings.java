package io.mpstream.settings;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The part of the settings that says how the processes are watched. */
public interface MonitoringSettings {
    @Option(names = "--metrics-port", paramLabel = "PORT",
            description = "Port of this machine alone for the streamer's metrics (none); 0 picks a free one. LOCAL_RANK is added.")
    @Must(beAtLeast = "0", beAtMost = "65535")
    Optional<Integer> ownMetricsPort();

    @Option(names = "--producer-metrics-port", paramLabel = "PORT", description = "The same for the producer's (none).")
    @Must(beAtLeast = "0", beAtMost = "65535")
    Optional<Integer> ownProducerMetricsPort();
}
