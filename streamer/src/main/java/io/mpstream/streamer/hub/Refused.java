package io.mpstream.streamer.hub;

/** Why a session ends before its response has begun. */
public enum Refused {
    /** What it was followed under holds no more. */
    EXPIRED,
    /** The server is being stopped. */
    DRAINING,
    /** The query could not be put into the journal. */
    NOT_STORED,
    /** The offset is inside a character. */
    INSIDE_CHARACTER,
    /** The text at the offset has left the journal. */
    GONE
}
