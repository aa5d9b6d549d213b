package io.mpstream.client;

/** How an answer ended. */
public enum Outcome {
    /** Its text is whole. */
    COMPLETED,
    /** Its responder threw, or was killed. */
    FAILED,
    /** Somebody stopped it, or nobody read it. */
    CANCELLED
}
