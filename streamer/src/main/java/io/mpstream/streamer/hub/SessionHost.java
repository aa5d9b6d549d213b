package io.mpstream.streamer.hub;

import io.mpstream.streamer.encoding.Standing;

/** What sessions tell and ask where streams are looked after. Any thread. */
interface SessionHost {
    /** Where a stream stands, for clients. */
    Standing standing(LiveStream stream);

    /** A session has read this far. */
    void credit(LiveStream stream, long offset);

    /** A session follows this stream no more. */
    void leave(LiveStream stream, Follower follower);
}
