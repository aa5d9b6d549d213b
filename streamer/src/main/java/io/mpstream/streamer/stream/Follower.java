package io.mpstream.streamer.stream;

/** A follower of a stream, as the stream sees it. Any thread. */
public interface Follower {
    /** There may be something new: text, an end, a place. */
    void wake();

    /** Goes on under a fresh grant, if that is in the same name. */
    void renew(Grant fresh);

    /** Where it stands among the followers of its stream. With their lock. */
    int place();

    /** Sets where it stands among them. With their lock. */
    void place(int place);
}
