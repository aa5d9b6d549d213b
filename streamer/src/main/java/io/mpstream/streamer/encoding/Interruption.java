package io.mpstream.streamer.encoding;

import java.util.Locale;

/** Why a response ends before its stream does. The client can come back and go on where it stands. */
public enum Interruption {
    /** The grant that the client follows under holds no more. */
    EXPIRED,
    /** The server is being stopped; another may be there, or this one soon again. */
    DRAINING,
    /** The producer has been away for longer than readers wait. */
    PRODUCER_AWAY,
    /** Too many queries wait, or the journals' disk is nearly full. */
    OVERLOADED,
    /** The client, or its user, has as much as it may. */
    QUOTA,
    /** Something that is needed is not there yet, or not at the moment. */
    UNAVAILABLE;

    /** The name for clients: {@code producer-away}. */
    public String reason() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
