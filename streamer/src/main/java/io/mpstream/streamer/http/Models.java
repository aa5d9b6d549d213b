package io.mpstream.streamer.http;

import io.mpstream.settings.ResponderSettings;
import io.mpstream.streamer.dialect.DialectException;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The models that clients may name: the responders. Where one has no name of its own it answers for every model, since clients must name one.
 * Immutable, any thread.
 */
final class Models {
    /** The name of a responder that was given none. */
    private static final String UNNAMED = "default";
    /** The responder that is handed bodies as they are. */
    private static final String PASSES_ON = "openai";
    /** The option of another one that is too. */
    private static final String TAKES_BODIES = "openai-body";

    /** A model, as OpenAI lists them. */
    private record Model(String id, String object, long created, String owned_by) {
    }

    /** A list, as OpenAI sends them. */
    private record Page(String object, List<Model> data) {
    }

    private final SequencedMap<String, String> specs;
    /** The names of those that are handed bodies as they are. */
    private final Set<String> passOn;
    private final long startedS = System.currentTimeMillis() / 1_000;

    /** The responders that these settings name. */
    Models(ResponderSettings settings) {
        this.specs = settings.byName();
        this.passOn = specs.keySet().stream().filter(name -> specs.get(name).equals(PASSES_ON) || Boolean.parseBoolean(settings.options(name).get(TAKES_BODIES)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The responder of a model; null for the first one, where none was named.
     *
     * @throws DialectException if there is none
     */
    String responder(String model) {
        if (model == null || specs.containsKey(model)) {
            return model;
        }
        if (specs.containsKey(UNNAMED)) {
            return UNNAMED;
        }
        throw DialectException.noModel(model);
    }

    /** Whether the responder of a model passes bodies on. */
    boolean passesOn(String model) {
        String responder = responder(model);
        return passOn.contains(responder == null ? specs.firstEntry().getKey() : responder);
    }

    private Model model(String name) {
        return new Model(name, "model", startedS, "mpstream");
    }

    /** All of them, for clients. */
    Object page() {
        return new Page("list", specs.keySet().stream().map(this::model).toList());
    }

    /**
     * One of them, for clients.
     *
     * @throws DialectException if there is none of this name
     */
    Object find(String name) {
        // One that answers for every model is each of them.
        responder(name);
        return model(name);
    }
}
