package io.mpstream.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/**
 * What the user chose. A value is looked for on the command line ({@code --server-port 8000}, also spelled
 * {@code --server_port}), then in the environment ({@code MPSTREAM_SERVER_PORT}), then in the file that
 * {@code --config} names ({@code server-port=8000}); else the default holds. A key that does not exist is an error
 * wherever it stands. Both processes take all settings, and each uses those that concern it. Immutable once parsed.
 */
@Command(name = "run.sh", sortOptions = false, usageHelpAutoWidth = true,
        customSynopsis = {"run.sh [options]            both processes, restarted when they die",
                "       run.sh --single [options]   both in one JVM, in memory, for debugging",
                "       run.sh producer [options]   one process alone, in the foreground",
                "       run.sh streamer [options]", ""},
        footer = {"", "Each option may also be set as MPSTREAM_<OPTION> in the environment, or as",
                "option=value in the file that --config names. docs/CONFIGURATION.md tells more."})
public final class Settings {
    private static final String RANK = "LOCAL_RANK";
    private static final int PORT_MAX = 65_535;
    /** The longest time that a stream may go on without readers, unless it goes on to its end. */
    public static final Duration ON_DISCONNECT_MAX = Duration.ofDays(30);

    @Option(names = "--server-ip", paramLabel = "HOST", defaultValue = "localhost",
            description = "Address to listen on (${DEFAULT-VALUE}).")
    private String serverIp;

    @Option(names = "--server-port", paramLabel = "PORT", defaultValue = "8000",
            description = "Port to listen on (${DEFAULT-VALUE}); 0 picks a free one. LOCAL_RANK is added.")
    private int serverPort;

    @Mixin
    private ResponderSettings responders = new ResponderSettings();

    @Option(names = "--concurrency", paramLabel = "N", defaultValue = "10000",
            description = "Answers that run at once (${DEFAULT-VALUE}); the rest wait, served round the users.")
    private int concurrency;

    @Option(names = "--data-dir", paramLabel = "FOLDER", defaultValue = "data",
            description = "Folder of the journals (${DEFAULT-VALUE}); with LOCAL_RANK, one inside it.")
    private Path dataDir;

    @Option(names = "--retain", paramLabel = "TIME", defaultValue = "24h",
            description = "How long ended answers stay in the journals (${DEFAULT-VALUE}).")
    private Duration retain;

    @Option(names = "--retain-bytes", paramLabel = "SIZE", defaultValue = "1GiB",
            description = "How large a journal may grow before the oldest goes (${DEFAULT-VALUE}).")
    private ByteCount retainBytes;

    @Option(names = "--ahead-bytes", paramLabel = "SIZE", defaultValue = "16MiB",
            description = "How far an answer may run ahead of its furthest reader (${DEFAULT-VALUE}).")
    private ByteCount aheadBytes;

    @Option(names = "--on-disconnect", paramLabel = "POLICY", defaultValue = "30s",
            description = "What a stream without readers does (${DEFAULT-VALUE}): continue, cancel, or a time after which it is cancelled.")
    private String onDisconnect;

    @Option(names = "--queries-max", paramLabel = "N", defaultValue = "20000",
            description = "Queries waiting or running at once (${DEFAULT-VALUE}); one more gets 503.")
    private int queriesMax;

    @Option(names = "--queries-bytes-max", paramLabel = "SIZE", defaultValue = "64MiB",
            description = "Bytes of the queries that come in, wait or run (${DEFAULT-VALUE}); one more gets 503.")
    private ByteCount queriesBytesMax;

    @Option(names = "--query-bytes-max", paramLabel = "SIZE", defaultValue = "16KiB",
            description = "Longest query in a URL (${DEFAULT-VALUE}); a longer one gets 414.")
    private ByteCount queryBytesMax;

    @Option(names = "--streams-max", paramLabel = "N", defaultValue = "100000",
            description = "Ended streams that can be followed (${DEFAULT-VALUE}); older ones get 410.")
    private int streamsMax;

    @Option(names = "--memory-bytes", paramLabel = "SIZE", defaultValue = "16MiB",
            description = "Text in memory (${DEFAULT-VALUE}); more is read from the journal when it is wanted.")
    private ByteCount memoryBytes;

    @Option(names = "--feed", paramLabel = "NAME=QUERY",
            description = "Keep one answer to this query running under /v1/feed/NAME. May be given again.")
    private List<String> feeds = new ArrayList<>();

    @Option(names = "--cors-origin", paramLabel = "ORIGIN",
            description = "Let pages of this origin read answers, * for all. May be given again.")
    private List<String> corsOrigins = new ArrayList<>();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Serve https: the certificate chain, PEM.")
    private Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8).")
    private Path tlsKey;

    @Option(names = "--tls-self-signed", description = "Serve https with a certificate made at start, to try it out.")
    private boolean isTlsSelfSigned;

    @Option(names = "--connections-max", paramLabel = "N", defaultValue = "20000",
            description = "Connections open at once (${DEFAULT-VALUE}); further ones wait to be accepted.")
    private int connectionsMax;

    @Option(names = "--drain-timeout", paramLabel = "TIME", defaultValue = "20s",
            description = "How long clients may read on after SIGTERM (${DEFAULT-VALUE}).")
    private Duration drainTimeout;

    @Option(names = "--producer-grace", paramLabel = "TIME", defaultValue = "30s",
            description = "How long readers wait for a producer that is away (${DEFAULT-VALUE}).")
    private Duration producerGrace;

    @Option(names = "--disk-floor", paramLabel = "SIZE", defaultValue = "256MiB",
            description = "Free disk below which no query is taken (${DEFAULT-VALUE}); half of it is for answers that run.")
    private ByteCount diskFloor;

    @Mixin
    private AuthSettings auth = new AuthSettings();

    @Option(names = "--config", paramLabel = "FILE", description = "File of settings, one option=value a line.")
    private Path config;

    @Option(names = "--help", usageHelp = true, description = "Print this and exit.")
    private boolean isHelp;

    private int rank;

    private Settings() {
    }

    /**
     * Reads the settings of this process.
     *
     * @param args        the command line
     * @param environment the environment's variables
     * @throws StartupException if a key is unknown or a value is not one, saying which
     */
    public static Settings parse(String[] args, Map<String, String> environment) {
        try {
            Settings settings = new Settings();
            // A value is what was written, ${} and all.
            CommandLine line = commandLine(settings).setInterpolateVariables(false);
            SettingSources.require(args);
            line.setDefaultValueProvider(SettingSources.of(line.getCommandSpec(), args, environment));
            line.parseArgs(SettingSources.withDashes(args));
            settings.rank = rank(environment);
            settings.check();
            settings.auth.check(environment);
            return settings;
        } catch (CommandLine.UnmatchedArgumentException e) {
            throw new StartupException(oneLine("unknown option " + e.getUnmatched().getFirst() + "; --help lists them"), e);
        } catch (CommandLine.ParameterException | StartupException e) {
            throw new StartupException(oneLine(e.getMessage()), e);
        }
    }

    /** Reads settings from a command line alone. */
    public static Settings of(String... args) {
        return parse(args, Map.of());
    }

    private static CommandLine commandLine(Settings settings) {
        return new CommandLine(settings)
                .setAbbreviatedOptionsAllowed(false)
                .registerConverter(Duration.class, text -> convert(text, TimeSpan::parse))
                .registerConverter(Path.class, text -> convert(text, Path::of))
                .registerConverter(ByteCount.class, text -> new ByteCount(convert(text, ByteSize::parse)))
                .registerConverter(int.class, text -> convert(text, Settings::number));
    }

    /** What is thrown so is told to the user as it stands. */
    private static <T> T convert(String text, Function<String, T> converter) {
        try {
            return converter.apply(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage());
        }
    }

    private static int number(String text) {
        if (!text.matches("-?\\d{1,9}")) {
            throw new IllegalArgumentException("'" + text + "' is not a number that fits");
        }
        return Integer.parseInt(text);
    }

    /** What the user wrote, and is told again, may hold line ends. */
    private static String oneLine(String message) {
        return message.replaceAll("\\R", " ");
    }

    private static int rank(Map<String, String> environment) {
        String text = environment.getOrDefault(RANK, "0");
        if (!text.matches("\\d{1,4}")) {
            throw new StartupException(RANK + " is '" + text + "', not a number from 0 to 9999");
        }
        return Integer.parseInt(text);
    }

    private void check() {
        StartupException.require(serverPort >= 0 && serverPort <= PORT_MAX, "--server-port", "be between 0 and " + PORT_MAX);
        StartupException.require(serverPort + rank <= PORT_MAX, "--server-port", "be at most " + PORT_MAX + " with " + RANK + " added");
        StartupException.require(!dataDir.toString().isEmpty(), "--data-dir", "not be empty");
        responders.check();
        StartupException.require(concurrency >= 1, "--concurrency", "be at least 1");
        StartupException.require(queriesMax >= 1, "--queries-max", "be at least 1");
        StartupException.require(queriesBytesMax.value() >= 4 << 20, "--queries-bytes-max", "be at least 4MiB");
        StartupException.require(streamsMax >= 1, "--streams-max", "be at least 1");
        StartupException.require((tlsCert == null) == (tlsKey == null), "--tls-cert", "be given together with --tls-key");
        StartupException.require(tlsCert == null || !isTlsSelfSigned, "--tls-self-signed", "not be given together with --tls-cert");
        feeds();
        corsOrigins();
        StartupException.require(connectionsMax >= 1, "--connections-max", "be at least 1");
        StartupException.require(aheadBytes.value() >= 64 << 10, "--ahead-bytes", "be at least 64KiB");
        StartupException.require(memoryBytes.value() >= 1 << 20, "--memory-bytes", "be at least 1MiB");
        StartupException.require(diskFloor.value() >= 4 << 20, "--disk-floor", "be at least 4MiB");
        StartupException.require(queryBytesMax.value() >= 1 && queryBytesMax.value() <= 32 << 10, "--query-bytes-max", "be between 1 and 32KiB");
        if (!onDisconnect.equals("continue") && !onDisconnect.equals("cancel")) {
            StartupException.require(isTimeUpTo(onDisconnect, ON_DISCONNECT_MAX), "--on-disconnect",
                    "be continue, cancel or a time such as 30s, up to " + ON_DISCONNECT_MAX.toDays() + "d");
        }
    }

    private static boolean isTimeUpTo(String text, Duration longest) {
        try {
            return TimeSpan.parse(text).compareTo(longest) <= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The text that {@code --help} prints. */
    public static String help() {
        return commandLine(new Settings()).getUsageMessage();
    }

    /** The names of all options, with their dashes; for the test of the documents. */
    public static List<String> names() {
        return commandLine(new Settings()).getCommandSpec().options().stream().map(option -> option.longestName()).toList();
    }

    /** Whether the user asked for {@link #help()}. */
    public boolean isHelp() {
        return isHelp;
    }

    /** Address to listen on. */
    public String serverIp() {
        return serverIp;
    }

    /** Port to listen on, the rank added; 0 for any free one. */
    public int serverPort() {
        return serverPort == 0 ? 0 : serverPort + rank;
    }

    /** The part that says who answers. */
    public ResponderSettings responders() {
        return responders;
    }

    /** Answers that run at once. */
    public int concurrency() {
        return concurrency;
    }

    /** Folder of the journals, of this rank. */
    public Path dataDir() {
        return rank == 0 ? dataDir : dataDir.resolve("rank-" + rank);
    }

    /** How long ended answers stay in the journals. */
    public Duration retain() {
        return retain;
    }

    /** How large a journal may grow, in bytes. */
    public long retainBytes() {
        return retainBytes.value();
    }

    /** How far an answer may run ahead of its furthest reader, in bytes. */
    public long aheadBytes() {
        return aheadBytes.value();
    }

    /** What a stream without readers does: {@code continue}, {@code cancel}, or a time. */
    public String onDisconnect() {
        return onDisconnect;
    }

    /** Queries waiting or running at once. */
    public int queriesMax() {
        return queriesMax;
    }

    /** Bytes of the queries that come in, wait or run at once. */
    public long queriesBytesMax() {
        return queriesBytesMax.value();
    }

    /** Longest query in a URL, in UTF-8 bytes. */
    public int queryBytesMax() {
        return Math.toIntExact(queryBytesMax.value());
    }

    /** Ended streams that can be followed. */
    public int streamsMax() {
        return streamsMax;
    }

    /** The queries of the feeds, by name, in the order given. */
    public Map<String, String> feeds() {
        return NamedValues.parse("--feed", "NAME=QUERY", feeds);
    }

    /** The origins whose pages may read answers, as browsers write them; {@code *} stands for all. */
    public List<String> corsOrigins() {
        return corsOrigins.stream().map(origin -> Origin.normalize(origin, "--cors-origin")).toList();
    }

    /** The certificate chain, if https is served with one of the user's. */
    public Optional<Path> tlsCert() {
        return Optional.ofNullable(tlsCert);
    }

    /** The private key of {@link #tlsCert}. */
    public Optional<Path> tlsKey() {
        return Optional.ofNullable(tlsKey);
    }

    /** Whether https is served with a certificate made at start. */
    public boolean isTlsSelfSigned() {
        return isTlsSelfSigned;
    }

    /** Who may ask, and how much. */
    public AuthSettings auth() {
        return auth;
    }

    /** Bytes of text in memory. */
    public long memoryBytes() {
        return memoryBytes.value();
    }

    /** Connections open at once. */
    public int connectionsMax() {
        return connectionsMax;
    }

    /** How long clients may read on after this process was asked to stop. */
    public Duration drainTimeout() {
        return drainTimeout;
    }

    /** How long readers wait for a producer that is away, until they are told. */
    public Duration producerGrace() {
        return producerGrace;
    }

    /** Free bytes of the journals' disk below which no query is taken. */
    public long diskFloor() {
        return diskFloor.value();
    }
}
