package io.mpstream.responders.exec;

import io.mpstream.responders.OptionValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What {@code --exec} and its companions say. Immutable.
 *
 * @param command     the program and its arguments
 * @param environment all variables that it has
 * @param isJson      whether it reads a line of JSON instead of the query's text
 * @param isWorker    whether processes stay and answer many queries
 * @param workers     how many stay
 * @param answersMax  answers at once
 * @param firstByte   how long a process may be silent before its first byte, or null for as long as it likes
 * @param total       how long an answer may take, or null
 */
record ExecSettings(List<String> command, Map<String, String> environment, boolean isJson, boolean isWorker, int workers, int answersMax,
        Duration firstByte, Duration total) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /**
     * Reads the options of a responder.
     *
     * @throws IllegalArgumentException if one of them is wrong, saying which and what is right
     */
    static ExecSettings of(OptionValues options) {
        List<String> command = CommandLine.split(options.text("exec") == null ? "" : options.text("exec"));
        boolean isWorker = options.isSecond("exec-mode", "process", "worker");
        if (!isWorker && options.text("exec-workers") != null) {
            throw new IllegalArgumentException("--exec-workers has no effect without --exec-mode worker");
        }
        int workers = options.number("exec-workers", 1);
        ExecSettings settings = new ExecSettings(command, environment(options.text("exec-env")), options.isSecond("exec-input", "text", "json"), isWorker, workers,
                options.number("exec-max", isWorker ? workers : 2 * Runtime.getRuntime().availableProcessors()), options.time("exec-first-byte", null),
                options.time("exec-time", null));
        settings.requireProgram();
        return settings;
    }

    /** How many answers a worker has at once, at most. */
    int share() {
        return Math.ceilDiv(answersMax, workers);
    }

    /** What the program needs to be found and to speak UTF-8 at once, and what was asked for; nothing of the producer's own secrets. */
    private static Map<String, String> environment(String more) {
        Map<String, String> environment = new HashMap<>(Map.of("LANG", "C.UTF-8", "PYTHONUNBUFFERED", "1", "PATH", path()));
        String home = System.getenv("HOME");
        if (home != null) {
            environment.put("HOME", home);
        }
        for (String each : more == null ? List.<String>of() : more.lines().toList()) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("--exec-env must be NAME=VALUE, or NAME for what the producer has, not '" + each + "'");
            }
            String value = equals < 0 ? System.getenv(name) : each.substring(equals + 1);
            if (value == null) {
                throw new IllegalArgumentException("--exec-env names " + name + ", which is not in the environment");
            }
            environment.put(name, value);
        }
        return Map.copyOf(environment);
    }

    private static String path() {
        String path = System.getenv("PATH");
        return path == null || path.isEmpty() ? "/usr/local/bin:/usr/bin:/bin" : path;
    }

    private void requireProgram() {
        String program = command.getFirst();
        List<Path> places = new ArrayList<>();
        if (program.contains("/")) {
            places.add(Path.of(program));
        } else {
            Arrays.stream(environment.get("PATH").split(":")).forEach(folder -> places.add(Path.of(folder, program)));
        }
        if (places.stream().noneMatch(place -> Files.isRegularFile(place) && Files.isExecutable(place))) {
            throw new IllegalArgumentException("--exec names the program '" + program + "', which is not "
                    + (program.contains("/") ? "there, or not executable" : "on the PATH"));
        }
    }
}
