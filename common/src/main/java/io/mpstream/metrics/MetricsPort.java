package io.mpstream.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.mpstream.settings.Settings;
import io.mpstream.settings.StartupException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's metrics in Prometheus' text format, at {@code /metrics} of a port that this machine alone reaches. All values are read when they
 * are asked for. The JVM's own are among them from the start.
 */
public final class MetricsPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);
    private static final String PATH = "/metrics";
    private static final String TEXT = "text/plain; charset=utf-8";
    /** Of the text format (Prometheus, exposition formats). */
    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int THREADS = 2;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** The registry itself lets them go. */
    private final List<DoubleSupplier> counts = new ArrayList<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, Thread.ofPlatform().name("metrics").daemon().factory());
    private final HttpServer server;

    private MetricsPort(HttpServer server) {
        this.server = server;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
        LOG.info("metrics are at http://{}:{}{}", server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort(), PATH);
    }

    /**
     * Listens, if the settings want the streamer's metrics.
     *
     * @throws StartupException if the port cannot be listened on, saying why
     */
    public static Optional<MetricsPort> streamer(Settings settings) {
        return settings.metricsPort().map(port -> open("--metrics-port", port));
    }

    /** The same for the producer's. */
    public static Optional<MetricsPort> producer(Settings settings) {
        return settings.producerMetricsPort().map(port -> open("--producer-metrics-port", port));
    }

    private static MetricsPort open(String option, int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            return new MetricsPort(HttpServer.create(address, 0));
        } catch (BindException e) {
            throw new StartupException("port " + port + " for metrics is in use; choose another with " + option, e);
        } catch (IOException e) {
            throw new StartupException("cannot listen on port " + port + " for metrics: " + e.getMessage(), e);
        }
    }

    /**
     * Tells a value that goes up and down.
     *
     * @param labels names and values in turn
     */
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        Gauge.builder(name, value::getAsDouble).description(help).tags(labels).register(registry);
    }

    /**
     * Tells a count, which only grows.
     *
     * @param name   with {@code _total} at its end
     * @param labels names and values in turn
     */
    public void counter(String name, String help, DoubleSupplier count, String... labels) {
        counts.add(count);
        FunctionCounter.builder(name, count, DoubleSupplier::getAsDouble).description(help).tags(labels).register(registry);
    }

    /** Tells all histograms of one name, which may become more. */
    public void histograms(String name, String help, Supplier<List<Series>> all) {
        registry.getPrometheusRegistry().register(new HistogramFamily(name, help, all));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                send(exchange, 404, TEXT, "there is nothing here but " + PATH + "\n");
            } else if (method.equals("GET") || method.equals("HEAD")) {
                send(exchange, 200, FORMAT, registry.scrape());
            } else {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, TEXT, "allowed here: GET, HEAD\n");
            }
        } catch (RuntimeException e) {
            LOG.error("the metrics cannot be told", e);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Listens no more. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        collections.close();
        registry.close();
    }
}
