package io.mpstream.otel;

import io.mpstream.protocol.Conversation;
import io.mpstream.protocol.Detail;
import io.mpstream.protocol.Query;
import io.mpstream.trace.QuerySpan;
import io.mpstream.trace.Tracer;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Spans of one process, named as OpenTelemetry's conventions for generated text have it. Any thread. */
final class OtelTracer implements Tracer {
    private static final String MODEL = "model";
    private static final int MODEL_LENGTH_MAX = 100;
    private static final long CLOSE_S = 1;

    private final OpenTelemetrySdk sdk;
    private final io.opentelemetry.api.trace.Tracer tracer;
    private final boolean isServer;

    /**
     * Nothing traced yet.
     *
     * @param isServer whether its spans are those of the process that clients ask, and begin when they did
     */
    OtelTracer(OpenTelemetrySdk sdk, boolean isServer) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer("io.mpstream");
        this.isServer = isServer;
    }

    @Override
    public QuerySpan begin(Query query) {
        if (query.terms().feed() != null) {
            // The answer of a feed has no end, and nobody asked it.
            return QuerySpan.NONE;
        }
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), query.attributes(), Map::get);
        boolean isChat = query.attributes().containsKey(Conversation.STORED);
        String model = Detail.cut(query.attributes().getOrDefault(MODEL, ""), MODEL_LENGTH_MAX);
        SpanBuilder span = tracer.spanBuilder(name(isChat, model)).setParent(parent).setSpanKind(isServer ? SpanKind.SERVER : SpanKind.INTERNAL)
                .setStartTimestamp(isServer ? query.acceptedAtMs() : System.currentTimeMillis(), TimeUnit.MILLISECONDS)
                .setAttribute("mpstream.stream", query.stream().toString()).setAttribute("gen_ai.operation.name", isChat ? "chat" : "text_completion");
        if (!model.isEmpty()) {
            span.setAttribute("gen_ai.request.model", model);
        }
        return new OtelSpan(span.startSpan());
    }

    private String name(boolean isChat, String model) {
        if (isServer) {
            return "ask";
        }
        return isChat ? ("chat " + model).strip() : "generate";
    }

    @Override
    public void close() {
        sdk.shutdown().join(CLOSE_S, TimeUnit.SECONDS);
    }
}
