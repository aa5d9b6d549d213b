package io.mpstream.otel;

import io.mpstream.protocol.Detail;
import io.mpstream.settings.StartupException;
import io.mpstream.trace.Tracer;
import io.mpstream.trace.TracerProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Sets the SDK up by OpenTelemetry's own environment variables, for traces alone: metrics and logs have ways of their own. */
public final class OtelTracerProvider implements TracerProvider {
    /** What goes wrong is told once, and in the process's log. Held here, since the library of logging does not hold it. */
    private static final Logger QUIET = Logger.getLogger("io.opentelemetry");

    /** Nothing set up yet. */
    public OtelTracerProvider() {
    }

    @Override
    public Tracer open(String role) {
        QUIET.setLevel(Level.OFF);
        try {
            return new OtelTracer(sdk(role), role.equals("streamer"));
        } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
            throw new StartupException("the variables OTEL_… cannot be used: " + Detail.oneLine(reason(e)), e);
        }
    }

    private static String reason(RuntimeException e) {
        return e.getCause() == null ? e.getMessage() : e.getMessage() + ": " + e.getCause().getMessage();
    }

    private static OpenTelemetrySdk sdk(String role) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> Map.of("otel.exporter.otlp.protocol", "http/protobuf", "otel.service.name", "mpstream-" + role))
                .addPropertiesCustomizer(_ -> Map.of("otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
                .addSpanExporterCustomizer((exporter, _) -> new ToldExporter(exporter))
                .setServiceClassLoader(OtelTracerProvider.class.getClassLoader())
                .disableShutdownHook().build().getOpenTelemetrySdk();
    }
}
