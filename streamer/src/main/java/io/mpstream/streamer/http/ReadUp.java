package io.mpstream.streamer.http;

import io.mpstream.streamer.dialect.DialectException;
import io.mpstream.streamer.http.request.HttpProblem;
import io.mpstream.streamer.http.response.Problems;
import io.mpstream.streamer.hub.Hub;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;

/**
 * Handles requests that name a stream or a place. Where that is not known, another streamer on the same journals may have it: the journals are
 * read up, and the request is handled once more. I/O threads.
 */
final class ReadUp {
    private final Hub hub;

    ReadUp(Hub hub) {
        this.hub = hub;
    }

    /** Runs a handler, and answers with what it throws. One that throws so has done nothing yet. */
    void handle(HttpServerExchange exchange, Runnable handler) {
        try {
            handler.run();
        } catch (RuntimeException e) {
            if (isOfUnseen(e)) {
                exchange.dispatch(SameThreadExecutor.INSTANCE, () -> hub.readUp().thenRunAsync(() -> handleAgain(exchange, handler), exchange.getIoThread()));
            } else {
                Problems.answer(exchange, e);
            }
        }
    }

    private static boolean isOfUnseen(RuntimeException e) {
        return e instanceof HttpProblem problem && problem.isOfUnseen() || e instanceof DialectException wrong && wrong.isOfUnseen();
    }

    /** What is not known now is not there. */
    private static void handleAgain(HttpServerExchange exchange, Runnable handler) {
        try {
            handler.run();
        } catch (RuntimeException e) {
            Problems.answer(exchange, e);
        }
    }
}
