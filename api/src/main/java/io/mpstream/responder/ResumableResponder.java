package io.mpstream.responder;

/**
 * A responder that can go on with an answer that an earlier run of the producer has begun. Answers of any other end as failed when the
 * producer is killed.
 */
public interface ResumableResponder extends Responder {
    /**
     * Goes on with an answer whose run was killed: {@link #respond} was called for it then, and is not called again. All of
     * {@link #respond} holds here too: the thread, returning, throwing, being cancelled. A run that is killed while this goes on has it
     * called again, by the next, with what was written until then.
     *
     * <p>What the killed run had written last may be missing from the text so far: it is what readers have or can have, to the
     * character.
     *
     * @param query     what was asked
     * @param textSoFar what was written, whole characters, or an empty string; the first text that is written now follows on it
     * @param reply     takes the rest of the text
     * @throws Exception whatever went wrong, also if there is no going on from this text
     */
    void resume(Query query, String textSoFar, Reply reply) throws Exception;
}
