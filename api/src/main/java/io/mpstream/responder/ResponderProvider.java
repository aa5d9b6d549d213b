package io.mpstream.responder;

import java.util.Map;

/**
 * Gives a responder a short name for {@code --responder}. Found by {@link java.util.ServiceLoader}: name the
 * implementing class in {@code META-INF/services/io.mpstream.responder.ResponderProvider} of the jar.
 */
public interface ResponderProvider {
    /** The short name, without dots. */
    String name();

    /**
     * Makes the responder when the producer starts, once for each {@code --responder} that names it.
     *
     * @param settings what {@code --responder-option} gives, by name, and {@code max-gen-len} and {@code interval-ms}
     */
    Responder create(Map<String, String> settings);
}
