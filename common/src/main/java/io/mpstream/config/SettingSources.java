package io.mpstream.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;

/** Where settings come from besides the command line: the environment, then a file. Unknown keys are errors. */
final class SettingSources {
    private static final String PREFIX = "MPSTREAM_";
    private static final String CONFIG = "--config";
    /** Set by run.sh for the processes that it starts, and secrets, which are no options anywhere else. */
    private static final Set<String> NO_OPTIONS = Set.of(Supervisor.VARIABLE, "MPSTREAM_JAVA_OPTS", AuthSettings.JWT_SECRET, AuthSettings.ISSUE_SECRET);

    private SettingSources() {
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

    static IDefaultValueProvider of(CommandSpec spec, String[] args, Map<String, String> environment) {
        Set<String> known = spec.options().stream().map(option -> option.longestName()).collect(Collectors.toSet());
        Map<String, String> fromEnvironment = fromEnvironment(environment, known);
        String file = configFile(args, fromEnvironment.get(CONFIG));
        Map<String, String> values = file == null ? new HashMap<>() : fromFile(Path.of(file), known);
        values.putAll(fromEnvironment);
        return argument -> argument.isOption()
                ? values.get(((picocli.CommandLine.Model.OptionSpec) argument).longestName()) : null;
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
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !NO_OPTIONS.contains(name)) {
                String option = "--" + name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
                if (!known.contains(option)) {
                    throw new Refusal("the environment sets " + name + ", but there is no option " + option);
                }
                values.put(option, value);
            }
        });
        return values;
    }

    private static Map<String, String> fromFile(Path file, Set<String> known) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new Refusal("cannot read the settings in " + file + ": " + DataFolder.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new Refusal("cannot read the settings in " + file + ": " + e.getMessage(), e);
        }
        Map<String, String> values = new HashMap<>();
        properties.forEach((key, value) -> {
            String option = "--" + key.toString().replace('_', '-');
            if (!known.contains(option) || option.equals(CONFIG)) {
                throw new Refusal(file + " sets " + key + ", but there is no such option in a file");
            }
            values.put(option, value.toString().strip());
        });
        return values;
    }
}
