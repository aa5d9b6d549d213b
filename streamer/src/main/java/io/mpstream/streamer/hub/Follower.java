package io.mpstream.streamer.hub;

/** Who follows a stream, as the stream sees it. Any thread. */
interface Follower {
    /** There may be something new: text, an end, a place. */
    void wake();

    /** It goes on under a fresh permit, if that is in the same name. */
    void renew(Permit fresh);
}
