package io.mpstream.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Option;

/** The part of the settings that says who answers. */
public interface ResponderSettings extends GeneratorSettings {
    @Option(names = "--responder", paramLabel = "[NAME=]SPEC", defaultValue = "fake",
            description = "Who answers (${DEFAULT-VALUE}): fake, echo, exec, openai, a class, or a .java file. May be given again, as NAME=SPEC, for queries that name one.")
    List<String> responder();

    @Option(names = "--responder-path", paramLabel = "PATH", description = "Jar, or folder of jars, that responders are loaded from.")
    Optional<Path> path();

    @Option(names = "--responder-option", paramLabel = "NAME=VALUE", description = "Told to responders that have a provider; RESPONDER.NAME=VALUE to the one of that name. May be given again.")
    List<String> option();

    @Option(names = "--max-gen-len", paramLabel = "N", defaultValue = "10", description = "Segments in an answer of the fake responder (${DEFAULT-VALUE}).")
    @Must(beAtLeast = "0")
    int maxGenLen();

    @Option(names = "--interval", paramLabel = "TIME", defaultValue = "1s",
            description = "Pause of the fake responder before each segment (${DEFAULT-VALUE}).")
    Duration interval();

    /**
     * The responders by name, the one that answers queries which name none first. Each is a short name, a class name, or a source file.
     */
    default SequencedMap<String, String> byName() {
        List<String> named = new ArrayList<>();
        for (String responder : responder()) {
            StartupException.require(named.isEmpty() || isNamed(responder), "--responder", "be NAME=SPEC from the second on");
            named.add(isNamed(responder) ? responder : "default=" + responder);
        }
        return NamedValues.parse("--responder", "SPEC or NAME=SPEC", named);
    }

    /** Whether there is an equals sign that belongs to no path. */
    private static boolean isNamed(String responder) {
        int equals = responder.indexOf('=');
        return equals >= 0 && responder.lastIndexOf('/', equals) < 0;
    }

    /** Options that providers of responders are told, by name; those that only one is told begin with its name and a dot. */
    default Map<String, String> options() {
        Map<String, String> all = new HashMap<>(Map.of("max-gen-len", Integer.toString(maxGenLen()), "interval-ms", Long.toString(interval().toMillis())));
        all.putAll(generatorOptions());
        requireTaken("exec", all);
        requireTaken("upstream", all);
        NamedValues.parse("--responder-option", "NAME=VALUE", option()).forEach((name, value) -> StartupException.require(all.put(name, value) == null,
                "--responder-option", "not give the name " + name + ", which an option of its own gives"));
        return Map.copyOf(all);
    }

    /** The options that a responder is told. */
    default Map<String, String> options(String responder) {
        Map<String, String> told = new HashMap<>();
        options().forEach((name, value) -> {
            if (name.startsWith(responder + ".")) {
                told.put(name.substring(responder.length() + 1), value);
            } else {
                told.putIfAbsent(name, value);
            }
        });
        return told;
    }

    /** That options of one kind of responder are not given for nothing. */
    private void requireTaken(String kind, Map<String, String> options) {
        String spec = kind.equals("exec") ? kind : "openai";
        options.keySet().stream().filter(name -> name.startsWith(kind)).sorted().findFirst().ifPresent(name ->
                StartupException.require(byName().containsValue(spec), "--" + name, "be given together with --responder " + spec));
    }
}
