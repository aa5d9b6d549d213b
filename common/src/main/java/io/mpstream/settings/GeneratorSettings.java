package io.mpstream.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The part of the settings that is for generators which are no Java: commands, and servers that speak OpenAI's API. Their responders judge the
 * values.
 */
public interface GeneratorSettings {
    @Option(names = "--exec", paramLabel = "COMMAND", description = "Program of the responder exec, and its arguments. No shell reads them, unless sh -c is written.")
    Optional<String> exec();

    @Option(names = "--exec-mode", paramLabel = "MODE", description = "process (the default): one for each query; worker: processes that stay and speak JSON lines.")
    Optional<String> execMode();

    @Option(names = "--exec-workers", paramLabel = "N", description = "Processes that stay (1).")
    Optional<String> execWorkers();

    @Option(names = "--exec-max", paramLabel = "N", description = "Answers that commands give at once (twice the processors; with workers, their number).")
    Optional<String> execMax();

    @Option(names = "--exec-input", paramLabel = "FORM", description = "What a command reads: text (the default), the query; json, a line with all of it.")
    Optional<String> execInput();

    @Option(names = "--exec-env", paramLabel = "NAME[=VALUE]", description = "Variable that commands have besides PATH, HOME and LANG. May be given again.")
    List<String> execEnv();

    @Option(names = "--exec-first-byte", paramLabel = "TIME", description = "How long a command may be silent at first (for ever).")
    Optional<String> execFirstByte();

    @Option(names = "--exec-time", paramLabel = "TIME", description = "How long an answer of a command may take (for ever).")
    Optional<String> execTime();

    @Option(names = "--upstream", paramLabel = "URL", description = "API that the responder openai asks, such as http://localhost:8000/v1.")
    Optional<String> upstream();

    @Option(names = "--upstream-model", paramLabel = "NAME", description = "Model that the upstream is asked for, whatever the query says.")
    Optional<String> upstreamModel();

    @Option(names = "--upstream-key-file", paramLabel = "FILE", description = "File with the upstream's key, its owner's alone; else MPSTREAM_UPSTREAM_KEY has it.")
    Optional<String> upstreamKeyFile();

    @Option(names = "--upstream-continue", paramLabel = "HOW", description = "How the upstream goes on with a text: vllm, llamacpp, or none (the default).")
    Optional<String> upstreamContinue();

    @Option(names = "--upstream-idle", paramLabel = "TIME", description = "How long the upstream may be silent (60s).")
    Optional<String> upstreamIdle();

    @Option(names = "--upstream-reasoning", description = "Has what the upstream's model thinks in the answer too.")
    boolean upstreamReasoning();

    /** Those that were given, by the names that the responders know. */
    default Map<String, String> generatorOptions() {
        Map<String, String> given = new HashMap<>();
        Map<String, Optional<String>> all = Map.ofEntries(Map.entry("exec", exec()), Map.entry("exec-mode", execMode()), Map.entry("exec-workers", execWorkers()),
                Map.entry("exec-max", execMax()), Map.entry("exec-input", execInput()), Map.entry("exec-first-byte", execFirstByte()), Map.entry("exec-time", execTime()),
                Map.entry("upstream", upstream()), Map.entry("upstream-model", upstreamModel()), Map.entry("upstream-key-file", upstreamKeyFile()),
                Map.entry("upstream-continue", upstreamContinue()), Map.entry("upstream-idle", upstreamIdle()));
        all.forEach((name, value) -> value.ifPresent(text -> given.put(name, text)));
        if (!execEnv().isEmpty()) {
            given.put("exec-env", String.join("\n", execEnv()));
        }
        if (upstreamReasoning()) {
            given.put("upstream-reasoning", "true");
        }
        return given;
    }
}
