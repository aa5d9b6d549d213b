package io.mpstream.otel;

import io.mpstream.protocol.Detail;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another exporter, of which the log has a line when it begins to fail, and one when it goes again. Any thread. */
final class ToldExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(ToldExporter.class);

    private final SpanExporter exporter;
    private final AtomicBoolean isFailing = new AtomicBoolean();

    ToldExporter(SpanExporter exporter) {
        this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> tell(result));
        return result;
    }

    private void tell(CompletableResultCode result) {
        if (result.isSuccess()) {
            if (isFailing.compareAndSet(true, false)) {
                LOG.info("spans are exported again");
            }
        } else if (isFailing.compareAndSet(false, true)) {
            LOG.warn("spans cannot be exported, and are lost while that is so: {}", reason(result.getFailureThrowable()));
        }
    }

    private static String reason(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            // What lies behind that says less.
            if (each instanceof IOException) {
                return Detail.oneLine(each.toString());
            }
        }
        return failure == null ? "the endpoint did not take them" : Detail.oneLine(failure.toString());
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
