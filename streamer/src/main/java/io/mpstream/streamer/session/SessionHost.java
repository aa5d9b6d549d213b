package io.mpstream.streamer.session;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.stream.Follower;
import io.mpstream.streamer.stream.LiveStream;
import io.mpstream.streamer.text.TextLoaders;

/** What sessions tell and ask where streams are looked after. Any thread. */
public interface SessionHost {
    /** Where a stream stands, for clients. */
    StreamStatus status(LiveStream stream);

    /** Seconds after which it is worth another try. */
    int retryAfterS();

    /** A session has read this far. */
    void credit(LiveStream stream, long offset);

    /** Reads text again that is in memory no more. */
    TextLoaders loaders();

    /** A session follows this stream no more. */
    void leave(LiveStream stream, Follower follower);
}
