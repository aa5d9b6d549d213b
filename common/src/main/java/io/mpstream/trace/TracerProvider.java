package io.mpstream.trace;

import java.util.Optional;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the tracers of processes. It is found by {@link ServiceLoader}, and only looked for where the environment names an endpoint. */
public interface TracerProvider {
    /** The variable that says where spans are to be sent. */
    String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /**
     * Opens a tracer, set up by the environment.
     *
     * @param role of the process, in the name of its service
     * @throws io.mpstream.settings.StartupException if the environment cannot be used, saying why
     */
    Tracer open(String role);

    /**
     * The tracer of a process; {@link Tracer#NONE} where the environment names no endpoint.
     *
     * @throws io.mpstream.settings.StartupException as {@link #open}
     */
    static Tracer of(String role) {
        String endpoint = System.getenv(ENDPOINT);
        if (endpoint == null || endpoint.isBlank()) {
            return Tracer.NONE;
        }
        Optional<TracerProvider> provider = ServiceLoader.load(TracerProvider.class, TracerProvider.class.getClassLoader()).findFirst();
        if (provider.isEmpty()) {
            Logger log = LoggerFactory.getLogger(TracerProvider.class);
            log.warn("{} is set, but no jar of mpstream-otel is on the class path: no spans are exported", ENDPOINT);
            return Tracer.NONE;
        }
        return provider.get().open(role);
    }
}
