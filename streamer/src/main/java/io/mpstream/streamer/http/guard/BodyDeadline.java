package io.mpstream.streamer.http.guard;

import io.mpstream.agent.Clock;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * The time by which the body of a request, wanted or not, must have come. Without, a client that announces one and
 * sends none would hold its connection for ever, whatever it was answered. I/O threads.
 */
public final class BodyDeadline implements Runnable {
    private final HttpServerExchange exchange;
    private final Clock clock;
    private final long endNs;
    private XnioExecutor.Key next;

    private BodyDeadline(HttpServerExchange exchange, Clock clock, long timeoutMs) {
        this.exchange = exchange;
        this.clock = clock;
        this.endNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /**
     * Cuts a request off if its body does not arrive in time.
     *
     * @param timeoutMs from now on
     */
    public static void set(HttpServerExchange exchange, Clock clock, long timeoutMs) {
        if (exchange.isRequestComplete()) {
            return;
        }
        BodyDeadline deadline = new BodyDeadline(exchange, clock, timeoutMs);
        deadline.schedule(timeoutMs);
        exchange.addExchangeCompleteListener((same, next) -> {
            deadline.next.remove();
            next.proceed();
        });
    }

    private void schedule(long delayMs) {
        next = exchange.getIoThread().executeAfter(this, delayMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        if (exchange.isRequestComplete()) {
            return;
        }
        // Time in which this process did not run does not count.
        long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - clock.nanoTime());
        if (leftMs > 0) {
            schedule(leftMs);
        } else {
            cutOff();
        }
    }

    private void cutOff() {
        if (exchange.getProtocol().equals(Protocols.HTTP_2_0)) {
            Http2Guard.of(exchange).reset(exchange);
            exchange.endExchange();
        } else {
            IoUtils.safeClose(exchange.getConnection());
        }
    }
}
