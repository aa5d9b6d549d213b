package io.mpstream.responder;

/** Thrown by {@link Reply#write} when nobody wants the rest of the answer, or there is no room for it. A responder lets it pass. */
public class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason, and without a stack trace, which would say nothing. */
    public CancelledException(String reason) {
        super(reason, null, false, false);
    }
}
