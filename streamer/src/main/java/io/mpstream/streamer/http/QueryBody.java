package io.mpstream.streamer.http;

import io.mpstream.streamer.admission.Admissions;
import io.mpstream.streamer.http.response.RequestBody;
import io.mpstream.streamer.limits.Limits;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Reads bodies that ask. While one comes in it counts among the queries that wait. I/O threads. */
final class QueryBody {
    private final Admissions admissions;
    private final Limits limits;

    QueryBody(Admissions admissions, Limits limits) {
        this.admissions = admissions;
        this.limits = limits;
    }

    /** Reads one; what goes wrong on the way, and in {@code onBody}, is answered. */
    void read(HttpServerExchange exchange, Consumer<String> onBody) {
        Runnable come = expect(exchange);
        RequestBody.read(exchange, limits.bodyBytesMax(), body -> {
            come.run();
            onBody.accept(body);
        });
    }

    /** Counts a body, as the longest if it does not say; what is returned is run when it is here. */
    private Runnable expect(HttpServerExchange exchange) {
        long length = exchange.getRequestContentLength();
        long bytes = length < 0 ? limits.bodyBytesMax() : Math.min(length, limits.bodyBytesMax());
        admissions.expect(bytes);
        AtomicBoolean isExpected = new AtomicBoolean(true);
        Runnable come = () -> {
            if (isExpected.getAndSet(false)) {
                admissions.come(bytes);
            }
        };
        exchange.addExchangeCompleteListener((same, next) -> {
            come.run();
            next.proceed();
        });
        return come;
    }
}
