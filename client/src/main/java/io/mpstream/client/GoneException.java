package io.mpstream.client;

import java.util.OptionalLong;

/** The stream, or its text at this offset, has left the server, or never was there (410); where streams have owners, or is somebody else's (404). */
public final class GoneException extends MpstreamException {
    private static final long serialVersionUID = 1L;
    /** Or -1. */
    private final long firstOffset;

    GoneException(String detail, long firstOffset) {
        super(firstOffset < 0 ? "gone: " + detail : "gone: " + detail + "; what is left begins at offset " + firstOffset);
        this.firstOffset = firstOffset;
    }

    /** The first offset that can still be read; empty if nothing can. */
    public OptionalLong firstOffset() {
        return firstOffset < 0 ? OptionalLong.empty() : OptionalLong.of(firstOffset);
    }
}
