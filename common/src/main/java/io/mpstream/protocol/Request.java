package io.mpstream.protocol;

/** A record of the request journal. Only the streamer writes these. */
public sealed interface Request permits Query, Cancel, Credit, Watched {
    /** The stream that the request is about. */
    StreamId stream();
}
