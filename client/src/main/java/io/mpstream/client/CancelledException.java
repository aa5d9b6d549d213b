package io.mpstream.client;

/** The answer was stopped: what has been read of it is not whole, and no more will come. */
public final class CancelledException extends MpstreamException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
        super("the answer was cancelled");
    }
}
