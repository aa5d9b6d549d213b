package io.mpstream.agent;

/**
 * One unit of work polled in a loop: a thread runs it in production, a test calls it step by step. All its methods are
 * called by one thread.
 */
public interface Agent {
    /** What its thread is called. */
    String role();

    /**
     * Does what there is to do now, and returns without waiting.
     *
     * @return how much was done; 0 means nothing, so that the thread may rest
     */
    int doWork();

    /** Called once, after the last {@link #doWork}. */
    default void onClose() {
        // Most have nothing to release.
    }
}
