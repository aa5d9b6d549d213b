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
     * Makes the responder, once, when the producer starts.
     *
     * @param settings {@code max-gen-len} and {@code interval-ms}, as the command line has them
     */
    Responder create(Map<String, String> settings);
}
