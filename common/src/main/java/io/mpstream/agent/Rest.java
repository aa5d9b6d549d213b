package io.mpstream.agent;

/**
 * How the thread of an agent waits while there is nothing to do, and how it is called back. No call is lost: the
 * thread first {@linkplain #prepare says} that it is about to wait, then looks for work once more, and only then waits;
 * whoever adds work makes it visible first and then {@linkplain #wake calls}.
 */
public interface Rest {
    /** From now on {@link #wake} ends the wait, even one that has not begun. The agent's thread. */
    void prepare();

    /** There was work after all. The agent's thread, instead of {@link #await}. */
    void cancel();

    /** Waits until it is called, or a little longer than nothing: it may return early. The agent's thread. */
    void await();

    /** Calls the thread back, after work has been made visible to it. Any thread; cheap while the agent is awake. */
    void wake();
}
