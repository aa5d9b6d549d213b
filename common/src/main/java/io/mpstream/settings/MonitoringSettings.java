package io.mpstream.settings;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The part of the settings that says how the processes are watched. */
public interface MonitoringSettings {
    /** The log as people read it. */
    String LOG_TEXT = "text";
    /** The level that is usual. */
    String LOG_INFO = "info";
    /** The forms of the log. */
    List<String> LOG_FORMS = List.of(LOG_TEXT, "json");
    /** The levels of the log. */
    List<String> LOG_LEVELS = List.of("error", "warn", LOG_INFO, "debug");

    @Option(names = "--metrics-port", paramLabel = "PORT",
            description = "Port of this machine alone for the streamer's metrics (none); 0 picks a free one. LOCAL_RANK is added.")
    @Must(beAtLeast = "0", beAtMost = "65535")
    Optional<Integer> ownMetricsPort();

    @Option(names = "--producer-metrics-port", paramLabel = "PORT", description = "The same for the producer's (none).")
    @Must(beAtLeast = "0", beAtMost = "65535")
    Optional<Integer> ownProducerMetricsPort();

    @Option(names = "--log", paramLabel = "FORM", defaultValue = LOG_TEXT, description = "Form of the log (${DEFAULT-VALUE}): text, or json, an object a line.")
    String log();

    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = LOG_INFO,
            description = "What the log has (${DEFAULT-VALUE}): error, warn, info, debug; each has those before it too.")
    String logLevel();

    private static void requireOneOf(String option, String value, List<String> all) {
        StartupException.require(all.contains(value), option, "be one of " + String.join(", ", all));
    }

    /** That what was chosen is there. */
    default void checkLog() {
        requireOneOf("--log", log(), LOG_FORMS);
        requireOneOf("--log-level", logLevel(), LOG_LEVELS);
    }
}
