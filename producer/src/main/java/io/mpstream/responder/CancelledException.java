package io.mpstream.responder;

/** Nobody wants the rest of the answer, or there is no room for it. Thrown by {@link Reply#write}; a responder lets it pass. */
public class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason, and without a stack trace, which would say nothing. */
    public CancelledException(String reason) {
        super(reason, null, false, false);
    }
}
