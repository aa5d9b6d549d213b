package io.mpstream.responder;

/**
 * Turns queries into text: a language model, a report, a feed. One instance answers all queries, many at once up to
 * {@code --concurrency}. If it is {@link AutoCloseable} as well, it is closed when the producer stops.
 */
@FunctionalInterface
public interface Responder {
    /**
     * Answers one query. Plain blocking code will do: each call runs on a virtual thread of its own.
     *
     * <p>Returning completes the answer. Throwing fails it: clients see a broken transfer after the text so far, and the
     * exception's simple name and message as the detail where their format has a place for one. When nobody wants the rest any more the
     * thread is interrupted and the next {@link Reply#write} throws.
     *
     * @param query what was asked
     * @param reply takes the text
     * @throws Exception whatever went wrong
     */
    void respond(Query query, Reply reply) throws Exception;

    /**
     * How many answers it can give at once; more wait in the server's line, each told its place. Asked once, after it was made. As many as
     * {@code --concurrency} allows if it does not say.
     */
    default int concurrencyMax() {
        return Integer.MAX_VALUE;
    }
}
