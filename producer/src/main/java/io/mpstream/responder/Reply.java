package io.mpstream.responder;

/** The pen of one answer. To be used by one thread at a time, and not after {@code respond} has returned. */
public interface Reply {
    /**
     * Writes the next piece of the answer, of any length, an empty one too. Readers may see it as soon as this returns.
     * A surrogate pair may be split over two calls; half a pair alone becomes U+FFFD. Waits when the answer is further
     * ahead of its readers than {@code --ahead-bytes} allows.
     *
     * @throws CancelledException if nobody wants the rest; let it pass
     */
    void write(CharSequence text);

    /** Whether nobody wants the rest: for responders that compute for long between two writes. Any thread. */
    boolean cancelled();
}
