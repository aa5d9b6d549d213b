package io.mpstream.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/**
 * What the user chose. An accessor is an option: its name, default, unit, bounds and what {@code --help} says stand there. A value is looked for
 * on the command line ({@code --server-port 8000}, also spelled {@code --server_port}), then in the environment
 * ({@code MPSTREAM_SERVER_PORT}), then in the file that {@code --config} names ({@code server-port=8000}); else the default holds. A key that
 * does not exist is an error wherever it stands. Both processes take all settings, and each uses those that concern it. Immutable.
 */
@Command(name = "run.sh", usageHelpAutoWidth = true,
        customSynopsis = {"run.sh [options]            both processes, restarted when they die",
                "       run.sh --single [options]   both in one JVM, in memory, for debugging",
                "       run.sh producer [options]   one process alone, in the foreground",
                "       run.sh streamer [options]",
                "       run.sh ask QUERY            a client, as are follow, tail, ls, show, stop, token and health;",
                "                                   run.sh ask --help tells more", ""},
        footer = {"", "Each option may also be set as MPSTREAM_<OPTION> in the environment, or as",
                "option=value in the file that --config names. docs/CONFIGURATION.md tells more."})
public interface Settings extends ResponderSettings, GeneratorSettings, AuthSettings, MonitoringSettings {
    /** The longest time that a stream may go on without readers, unless it goes on to its end. */
    Duration ON_DISCONNECT_MAX = Duration.ofDays(30);

    @Option(names = "--server-ip", paramLabel = "HOST", defaultValue = "localhost", description = "Address to listen on (${DEFAULT-VALUE}).")
    String serverIp();

    @Option(names = "--server-port", paramLabel = "PORT", defaultValue = "8000",
            description = "Port to listen on (${DEFAULT-VALUE}); 0 picks a free one. LOCAL_RANK is added.")
    @Must(beAtLeast = "0", beAtMost = "65535")
    int port();

    /** Port to listen on, the rank added; 0 for any free one. */
    default int serverPort() {
        return ranked(port());
    }

    /** Port of the streamer's metrics, the rank added; 0 for any free one; empty for none. */
    default Optional<Integer> metricsPort() {
        return ownMetricsPort().map(this::ranked);
    }

    /** The same for the producer's metrics. */
    default Optional<Integer> producerMetricsPort() {
        return ownProducerMetricsPort().map(this::ranked);
    }

    private int ranked(int port) {
        return port == 0 ? 0 : port + rank();
    }

    @Option(names = "--concurrency", paramLabel = "N", defaultValue = "10000",
            description = "Answers that run at once (${DEFAULT-VALUE}); the rest wait, served round the users.")
    @Must(beAtLeast = "1")
    int concurrency();

    @Option(names = "--data-dir", paramLabel = "FOLDER", defaultValue = "data",
            description = "Folder of the journals (${DEFAULT-VALUE}); with LOCAL_RANK, one inside it.")
    Path folder();

    /** Folder of the journals, of this rank. */
    default Path dataDir() {
        return rank() == 0 ? folder() : folder().resolve("rank-" + rank());
    }

    @Option(names = "--retain", paramLabel = "TIME", defaultValue = "24h",
            description = "How long ended answers stay in the journals (${DEFAULT-VALUE}).")
    Duration retain();

    @Option(names = "--retain-bytes", paramLabel = "SIZE", defaultValue = "1GiB",
            description = "How large a journal may grow before the oldest goes (${DEFAULT-VALUE}).")
    long retainBytes();

    @Option(names = "--ahead-bytes", paramLabel = "SIZE", defaultValue = "16MiB",
            description = "How far an answer may run ahead of its furthest reader (${DEFAULT-VALUE}).")
    @Must(beAtLeast = "64KiB")
    long aheadBytes();

    @Option(names = "--on-disconnect", paramLabel = "POLICY", defaultValue = "30s",
            description = "What a stream without readers does (${DEFAULT-VALUE}): continue, cancel, or a time after which it is cancelled.")
    String onDisconnect();

    @Option(names = "--queries-max", paramLabel = "N", defaultValue = "20000",
            description = "Queries waiting or running at once (${DEFAULT-VALUE}); one more gets 503.")
    @Must(beAtLeast = "1")
    int queriesMax();

    @Option(names = "--queries-bytes-max", paramLabel = "SIZE", defaultValue = "64MiB",
            description = "Bytes of the queries that come in, wait or run (${DEFAULT-VALUE}); one more gets 503.")
    @Must(beAtLeast = "4MiB")
    long queriesBytesMax();

    @Option(names = "--query-bytes-max", paramLabel = "SIZE", defaultValue = "16KiB",
            description = "Longest query in a URL (${DEFAULT-VALUE}), in UTF-8; a longer one gets 414.")
    @Must(beAtLeast = "1", beAtMost = "32KiB")
    long queryBytesMax();

    @Option(names = "--streams-max", paramLabel = "N", defaultValue = "100000",
            description = "Ended streams that can be followed (${DEFAULT-VALUE}); older ones get 410.")
    @Must(beAtLeast = "1")
    int streamsMax();

    @Option(names = "--memory-bytes", paramLabel = "SIZE", defaultValue = "16MiB",
            description = "Text in memory (${DEFAULT-VALUE}); more is read from the journal when it is wanted.")
    @Must(beAtLeast = "1MiB")
    long memoryBytes();

    @Option(names = "--feed", paramLabel = "NAME=QUERY",
            description = "Keep one answer to this query running under /v1/feed/NAME. May be given again.")
    List<String> feed();

    /** The queries of the feeds, by name, in the order given. */
    default Map<String, String> feeds() {
        return NamedValues.parse("--feed", "NAME=QUERY", feed());
    }

    @Option(names = "--cors-origin", paramLabel = "ORIGIN", converter = Origin.class,
            description = "Let pages of this origin read answers, * for all. May be given again.")
    List<String> corsOrigins();

    @Option(names = "--no-page", description = "Serve browsers no page at /.")
    boolean isPageOff();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Serve https: the certificate chain, PEM.")
    @Must(comeWith = "--tls-key")
    Optional<Path> tlsCert();

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8).")
    @Must(comeWith = "--tls-cert")
    Optional<Path> tlsKey();

    @Option(names = "--tls-self-signed", description = "Serve https with a certificate made at start, to try it out.")
    @Must(notComeWith = "--tls-cert")
    boolean isTlsSelfSigned();

    @Option(names = "--connections-max", paramLabel = "N", defaultValue = "20000",
            description = "Connections open at once (${DEFAULT-VALUE}); further ones wait to be accepted.")
    @Must(beAtLeast = "1")
    int connectionsMax();

    @Option(names = "--drain-timeout", paramLabel = "TIME", defaultValue = "20s",
            description = "How long clients may read on after SIGTERM (${DEFAULT-VALUE}).")
    Duration drainTimeout();

    @Option(names = "--producer-grace", paramLabel = "TIME", defaultValue = "30s",
            description = "How long readers wait for a producer that is away (${DEFAULT-VALUE}).")
    Duration producerGrace();

    @Option(names = "--disk-floor", paramLabel = "SIZE", defaultValue = "256MiB",
            description = "Free disk below which no query is taken (${DEFAULT-VALUE}); half of it is for answers that run.")
    @Must(beAtLeast = "4MiB")
    long diskFloor();

    @Option(names = "--config", paramLabel = "FILE", description = "File of settings, one option=value a line.")
    Optional<Path> config();

    @Option(names = "--help", usageHelp = true, description = "Print this and exit.")
    boolean isHelp();

    /** The part that says who answers. */
    default ResponderSettings responders() {
        return this;
    }

    /** The part that says who may ask, and how much. */
    default AuthSettings auth() {
        return this;
    }

    private int rank() {
        String text = environment().getOrDefault("LOCAL_RANK", "0");
        if (!text.matches("\\d{1,4}")) {
            throw new StartupException("LOCAL_RANK is '" + text + "', not a number from 0 to 9999");
        }
        return Integer.parseInt(text);
    }

    private void check() {
        requirePort("--server-port", serverPort());
        metricsPort().ifPresent(port -> requirePort("--metrics-port", port));
        producerMetricsPort().ifPresent(port -> requirePort("--producer-metrics-port", port));
        byName();
        options();
        feeds();
        checkUsers();
        checkLog();
        if (!onDisconnect().equals("continue") && !onDisconnect().equals("cancel")) {
            StartupException.require(isTimeUpTo(onDisconnect(), ON_DISCONNECT_MAX), "--on-disconnect",
                    "be continue, cancel or a time such as 30s, up to " + ON_DISCONNECT_MAX.toDays() + "d");
        }
    }

    private static void requirePort(String option, int port) {
        StartupException.require(port <= 65_535, option, "be at most 65535 with LOCAL_RANK added");
    }

    private static boolean isTimeUpTo(String text, Duration longest) {
        try {
            return TimeSpan.parse(text).compareTo(longest) <= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Reads the settings of this process.
     *
     * @param args        the command line
     * @param environment the environment's variables
     * @throws StartupException if a key is unknown or a value is not one, saying which
     */
    static Settings parse(String[] args, Map<String, String> environment) {
        try {
            Settings settings = new Options<>(Settings.class).read(args, environment, Map.of("environment", environment));
            settings.check();
            return settings;
        } catch (CommandLine.UnmatchedArgumentException e) {
            throw new StartupException(oneLine("unknown option " + e.getUnmatched().getFirst() + "; --help lists them"), e);
        } catch (CommandLine.ParameterException | StartupException e) {
            throw new StartupException(oneLine(e.getMessage()), e);
        }
    }

    /** What the user wrote, and is told again, may hold line ends. */
    private static String oneLine(String message) {
        return message.replaceAll("\\R", " ");
    }

    /** Reads settings from a command line alone. */
    static Settings of(String... args) {
        return parse(args, Map.of());
    }

    /** The text that {@code --help} prints. */
    static String help() {
        return new Options<>(Settings.class).help();
    }

    /** All options, with their dashes, and the default of each as a user would write it, or an empty string; for the test of the documents. */
    static Map<String, String> defaults() {
        return new Options<>(Settings.class).defaults();
    }
}
