package io.mpstream.protocol;

/** How a stream ended. */
public enum Outcome {
    /** The responder returned: the text is whole. */
    COMPLETED,
    /** The responder threw, or its process died: the text is cut short. */
    FAILED,
    /** A client stopped it, or nobody was reading any more. */
    CANCELLED
}
