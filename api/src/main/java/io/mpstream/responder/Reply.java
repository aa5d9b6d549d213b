package io.mpstream.responder;

/** The pen of one answer. Any thread, also several at once; not after {@code respond} has returned. */
public interface Reply {
    /**
     * Writes the next piece of the answer, of any length, an empty one too. Readers may see it as soon as this returns. Waits when the
     * answer is further ahead of its readers than {@code --ahead-bytes} allows. The text of one call stays together: of calls that several
     * threads make at once the first to come writes all its text first. All must have returned before {@code respond} does, else
     * the answer fails.
     *
     * <p>A surrogate pair may be split over two calls that follow each other. Half of a pair without its other half is no text: it is
     * refused, and an answer that ends with one fails.
     *
     * @throws IllegalArgumentException if there is half of a surrogate pair without its other half, saying where; what comes before it in
     *                                  this text may have been written, what comes after it was not
     * @throws CancelledException       if nobody wants the rest; let it pass
     * @throws IllegalStateException    if the answer has ended
     */
    void write(CharSequence text);

    /**
     * Says something of the answer besides its text, such as {@code finish_reason}, {@code output_tokens} or {@code model}. Clients are told with
     * the end, however the answer ends. A note takes the place of an earlier one of the same name. What was said before the producer was killed
     * is forgotten: a {@link ResumableResponder} says it again.
     *
     * @param name  1 to 32 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter; an answer has 8 notes at most
     * @param value up to 128 units of UTF-16
     * @throws IllegalArgumentException if the name or the value is none of these, or there are too many
     * @throws CancelledException       if nobody wants the rest; let it pass
     * @throws IllegalStateException    if the answer has ended
     */
    void note(String name, String value);

    /** Whether nobody wants the rest: for responders that compute for long between two writes. Any thread. */
    boolean cancelled();
}
