package io.mpstream.streamer.session;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.RefusedException;
import io.mpstream.streamer.stream.Follower;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.text.TextLoaders;

/** The owner of the streams, as sessions ask it and tell it. Any thread. */
public interface SessionHost {
    /** The status of a stream, for clients. */
    StreamStatus status(LiveStream stream);

    /** Seconds after which it is worth another try. */
    int retryAfterS();

    /** A session has read this far. */
    void credit(LiveStream stream, long offset);

    /** A session was refused, before its response began. */
    void refused(RefusedException why);

    /** The readers of text that is in memory no more. */
    TextLoaders loaders();

    /** A session follows this stream no more. */
    void leave(LiveStream stream, Follower follower);
}
