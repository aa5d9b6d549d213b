package io.mpstream.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds the text among the bytes of a format. Has the state of one answer. */
interface Notation {
    /** Takes all bytes of the buffer, and hands the text in them over to the client. */
    void take(ByteBuffer in, Client client, long nowNs) throws IOException;

    /** Whether it has been told that the stream has ended; true for a format that does not tell. */
    default boolean isEnded() {
        return true;
    }
}
