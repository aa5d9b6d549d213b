package io.mpstream.otel;

import io.mpstream.protocol.End;
import io.mpstream.protocol.Outcome;
import io.mpstream.protocol.Query;
import io.mpstream.protocol.TraceContext;
import io.mpstream.trace.QuerySpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A span of the SDK's. It is kept by whoever keeps the answer, and is never that of a thread: an answer has many. */
final class OtelSpan implements QuerySpan {
    private final Span span;

    OtelSpan(Span span) {
        this.span = span;
    }

    @Override
    public Query in(Query query) {
        Map<String, String> fields = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), fields, Map::put);
        TraceContext context = TraceContext.of(fields);
        return context == null ? query : context.in(query);
    }

    @Override
    public void event(String name, long atMs) {
        span.addEvent(name, atMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void end(End end) {
        event(END, end.atMs());
        span.setAttribute("mpstream.outcome", end.outcome().name().toLowerCase(Locale.ROOT)).setAttribute("mpstream.bytes", end.offset());
        if (end.outcome() == Outcome.FAILED) {
            span.setStatus(StatusCode.ERROR, end.detail());
        }
        span.end(end.atMs(), TimeUnit.MILLISECONDS);
    }
}
