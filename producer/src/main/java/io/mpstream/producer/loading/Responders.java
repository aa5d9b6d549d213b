package io.mpstream.producer.loading;

import io.mpstream.responder.Responder;
import io.mpstream.responder.ResumableResponder;
import io.mpstream.settings.ResponderSettings;
import io.mpstream.settings.StartupException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The responders of a producer by name; the first answers queries that name none. Immutable; any thread. */
public final class Responders implements AutoCloseable {
    private final SequencedMap<String, Responder> byName;

    /** Responders by name, one at least. */
    public Responders(SequencedMap<String, Responder> byName) {
        this.byName = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byName));
    }

    /**
     * Loads the responders that the settings name, on the calling thread, which may take long.
     *
     * @throws StartupException if there is none of a name or it cannot be made, saying why
     */
    public static Responders load(ResponderSettings settings) {
        SequencedMap<String, Responder> byName = new LinkedHashMap<>();
        try {
            ResponderPath path = settings.path().map(ResponderPath::of).orElseGet(ResponderPath::none);
            settings.byName().forEach((name, spec) -> byName.put(name, ResponderLoader.load(spec, path, settings.options(name))));
            return new Responders(byName);
        } catch (StartupException e) {
            closeAll(byName.values(), e);
            throw e;
        }
    }

    /** The responder of this name, or the first if that is null; null if there is none. */
    public Responder find(String name) {
        return name == null ? byName.firstEntry().getValue() : byName.get(name);
    }

    /** How many answers all of them can give at once: as many as the one that can give fewest. */
    public int concurrencyMax() {
        return byName.values().stream().mapToInt(Responder::concurrencyMax).min().orElseThrow();
    }

    /** Whether any of them can go on with answers. */
    public boolean isAnyResumable() {
        return byName.values().stream().anyMatch(ResumableResponder.class::isInstance);
    }

    /**
     * Closes those that can be closed.
     *
     * @throws IllegalStateException if any of them fails to, when all have been asked to
     */
    @Override
    public void close() {
        IllegalStateException failed = new IllegalStateException("a responder could not be closed");
        closeAll(byName.values(), failed);
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }

    private static void closeAll(Collection<Responder> responders, Exception failed) {
        for (Responder responder : responders) {
            try {
                if (responder instanceof AutoCloseable closeable) {
                    closeable.close();
                }
            } catch (Exception e) {
                failed.addSuppressed(e);
            }
        }
    }

    @Override
    public String toString() {
        return "responders " + byName.keySet();
    }
}
