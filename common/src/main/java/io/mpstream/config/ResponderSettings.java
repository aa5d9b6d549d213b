package io.mpstream.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Option;

/** The part of the settings that says who answers. Immutable once parsed. */
public final class ResponderSettings {
    private static final String RESPONDER = "--responder";
    private static final String OPTION = "--responder-option";
    /** The name of a responder that is given without one. */
    private static final String UNNAMED = "default";

    @Option(names = RESPONDER, paramLabel = "[NAME=]SPEC", defaultValue = "fake",
            description = "Who answers (${DEFAULT-VALUE}): fake, echo, a class, or a .java file. May be given again, as NAME=SPEC, for queries that name one.")
    private List<String> responders = new ArrayList<>();

    @Option(names = "--responder-path", paramLabel = "PATH",
            description = "Jar, or folder of jars, that responders are loaded from.")
    private Path path;

    @Option(names = OPTION, paramLabel = "NAME=VALUE",
            description = "Told to responders that have a provider. May be given again.")
    private List<String> options = new ArrayList<>();

    @Option(names = "--max-gen-len", paramLabel = "N", defaultValue = "10",
            description = "Segments in an answer of the fake responder (${DEFAULT-VALUE}).")
    private int maxGenLen;

    @Option(names = "--interval", paramLabel = "TIME", defaultValue = "1s",
            description = "Pause of the fake responder before each segment (${DEFAULT-VALUE}).")
    private Duration interval;

    /** For the command line. */
    ResponderSettings() {
    }

    void check() {
        StartupException.require(maxGenLen >= 0, "--max-gen-len", "not be negative");
        byName();
        options();
    }

    /**
     * The responders by name, the one that answers queries which name none first. Each is a short name, a class name, or a source file.
     */
    public SequencedMap<String, String> byName() {
        List<String> named = new ArrayList<>();
        for (String responder : responders) {
            StartupException.require(named.isEmpty() || isNamed(responder), RESPONDER, "be NAME=SPEC from the second on");
            named.add(isNamed(responder) ? responder : UNNAMED + "=" + responder);
        }
        return NamedValues.parse(RESPONDER, "SPEC or NAME=SPEC", named);
    }

    /** Whether there is an equals sign that belongs to no path. */
    private static boolean isNamed(String responder) {
        int equals = responder.indexOf('=');
        return equals >= 0 && responder.lastIndexOf('/', equals) < 0;
    }

    /** Jar or folder of the responders' classes, if they are not on the class path. */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    /** Options that providers of responders are told, by name. */
    public Map<String, String> options() {
        Map<String, String> all = new HashMap<>(Map.of("max-gen-len", Integer.toString(maxGenLen), "interval-ms", Long.toString(interval.toMillis())));
        NamedValues.parse(OPTION, "NAME=VALUE", options).forEach((name, value) ->
                StartupException.require(all.put(name, value) == null, OPTION, "not give the name " + name + ", which an option of its own gives"));
        return Map.copyOf(all);
    }
}
