package io.mpstream.streamer.session;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.stream.Follower;
import io.mpstream.streamer.stream.LiveStream;

/** What sessions tell and ask where streams are looked after. Any thread. */
public interface SessionHost {
    /** Where a stream stands, for clients. */
    StreamStatus status(LiveStream stream);

    /** Seconds after which it is worth another try. */
    int retryAfterS();

    /** A session has read this far. */
    void credit(LiveStream stream, long offset);

    /** A session follows this stream no more. */
    void leave(LiveStream stream, Follower follower);
}
