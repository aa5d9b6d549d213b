package io.mpstream.streamer.session;

import io.mpstream.streamer.stream.Feed;

/**
 * The way in which a session goes through its stream.
 *
 * @param offset where it begins
 * @param mode   how it ends
 * @param speed  times as fast as it was written; 0 for as fast as it goes
 * @param feed   the feed that it stays with when the stream ends, or null
 */
public record FollowOptions(long offset, Mode mode, double speed, Feed feed) {
    /** The whole stream, live. */
    public static final FollowOptions WHOLE = new FollowOptions(0, Mode.LIVE, 0, null);
    /** All that is there when it begins. */
    public static final FollowOptions SO_FAR = new FollowOptions(0, Mode.ONCE, 0, null);
    /** The whole stream, once it has ended. */
    public static final FollowOptions ENDED = new FollowOptions(0, Mode.ENDED, 0, null);

    /** The end of a response. */
    public enum Mode {
        /** With the stream. */
        LIVE,
        /** After all that was there when it began. */
        ONCE,
        /** The same, but it begins when there is anything. */
        POLL,
        /** With the stream; it begins only when that has ended, and is a refusal where it did not complete and the format cannot tell that. */
        ENDED
    }
}
