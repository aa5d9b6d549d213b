package io.mpstream.settings;

import io.mpstream.protocol.Unicode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;

/** Where settings come from besides the command line: the environment, then a file. Unknown keys are errors. */
final class SettingSources {
    private static final String PREFIX = "MPSTREAM_";
    private static final String CONFIG = "--config";
    /** Set by run.sh for the processes that it starts, or for its client, and secrets, which are no options anywhere else. */
    private static final Set<String> NO_OPTIONS = Set.of("MPSTREAM_SUPERVISED", "MPSTREAM_JAVA_OPTS", "MPSTREAM_URL", "MPSTREAM_TOKEN",
            Secret.JWT_SECRET, Secret.ISSUE_SECRET, Secret.UPSTREAM_KEY);

    /**
     * What Kubernetes sets for a service whose name begins with {@code mpstream} (Accessing the Service, environment variables): host and
     * port of it, and in the form of Docker's links each of its ports.
     */
    private static final Pattern OF_KUBERNETES = Pattern.compile("MPSTREAM_(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
    private static final Pattern LINK = Pattern.compile("(tcp|udp|sctp)://.*");
    private static final String PORT = "_PORT";
    /** What stands for bytes that could not be decoded. */
    private static final char UNDECODED = '\uFFFD';
    private static final Logger LOG = LoggerFactory.getLogger(SettingSources.class);

    private SettingSources() {
    }

    /** Whether somebody else than the user sets this variable. */
    private static boolean isOfKubernetes(String name, String value) {
        return OF_KUBERNETES.matcher(name).matches() || name.endsWith(PORT) && LINK.matcher(value).matches();
    }

    /**
     * A value as it was written.
     *
     * @throws StartupException if it is empty, or is not what was written, since that was not UTF-8
     */
    private static String require(String where, String value) {
        if (value.isBlank()) {
            throw new StartupException(where + " must not be empty");
        }
        if (value.indexOf(UNDECODED) >= 0 || !Unicode.isWellFormed(value)) {
            throw new StartupException(where + " is not UTF-8, or this process does not run in a locale of UTF-8 (LC_ALL=C.UTF-8)");
        }
        return value;
    }

    /** The same of a command line. */
    static void require(String[] args) {
        String option = "the command line";
        for (String arg : args) {
            boolean isOption = arg.startsWith("--");
            int equals = isOption ? arg.indexOf('=') : -1;
            option = isOption ? arg.substring(0, equals < 0 ? arg.length() : equals) : option;
            require(option, arg.substring(equals + 1));
        }
    }

    /** Options may be spelled with dashes or underscores, as the original's were. */
    static String[] withDashes(String[] args) {
        String[] spelled = args.clone();
        for (int i = 0; i < spelled.length; i++) {
            if (spelled[i].startsWith("--")) {
                int end = spelled[i].indexOf('=');
                String name = end < 0 ? spelled[i] : spelled[i].substring(0, end);
                spelled[i] = name.replace('_', '-') + spelled[i].substring(name.length());
            }
        }
        return spelled;
    }

    /** The values that the environment and a file have, by the option's name with its dashes. */
    static Map<String, String> read(CommandSpec spec, String[] args, Map<String, String> environment) {
        Set<String> known = spec.options().stream().map(option -> option.longestName()).collect(Collectors.toSet());
        Map<String, String> fromEnvironment = fromEnvironment(environment, known);
        String file = configFile(args, fromEnvironment.get(CONFIG));
        Map<String, String> values = file == null ? new HashMap<>() : fromFile(Path.of(file), known);
        values.putAll(fromEnvironment);
        return values;
    }

    private static String configFile(String[] args, String fromEnvironment) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals(CONFIG) && i + 1 < args.length) {
                return args[i + 1];
            }
            if (args[i].startsWith(CONFIG + "=")) {
                return args[i].substring(CONFIG.length() + 1);
            }
        }
        return fromEnvironment;
    }

    private static Map<String, String> fromEnvironment(Map<String, String> environment, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        List<String> passedOver = new ArrayList<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !NO_OPTIONS.contains(name)) {
                String option = "--" + name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
                if (isOfKubernetes(name, value)) {
                    passedOver.add(name);
                    return;
                }
                if (!known.contains(option)) {
                    throw new StartupException("the environment sets " + name + ", but there is no option " + option);
                }
                values.put(option, require(name, value));
            }
        });
        if (!passedOver.isEmpty()) {
            LOG.info("passing over {} of the environment, which Kubernetes sets for its services", String.join(", ", passedOver));
        }
        return values;
    }

    private static Map<String, String> fromFile(Path file, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        try {
            new Lines(file, known, values).load(new StringReader(Unicode.withoutSignature(Files.readString(file))));
        } catch (IOException e) {
            throw new StartupException("cannot read the settings in " + file + ": " + StartupException.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new StartupException("cannot read the settings in " + file + ": " + e.getMessage(), e);
        }
        return values;
    }

    /** Takes each setting as it is read: once, and under the name of an option. */
    private static final class Lines extends Properties {
        private static final long serialVersionUID = 1L;

        private final transient Path file;
        private final transient Set<String> known;
        private final transient Map<String, String> values;

        Lines(Path file, Set<String> known, Map<String, String> values) {
            this.file = file;
            this.known = known;
            this.values = values;
        }

        @Override
        public synchronized Object put(Object key, Object value) {
            String option = "--" + key.toString().replace('_', '-');
            if (!known.contains(option) || option.equals(CONFIG)) {
                throw new StartupException(file + " sets " + key + ", but there is no such option in a file");
            }
            if (values.put(option, require(key + " in " + file, value.toString().strip())) != null) {
                throw new StartupException(file + " sets " + key + " twice");
            }
            return null;
        }
    }
}
