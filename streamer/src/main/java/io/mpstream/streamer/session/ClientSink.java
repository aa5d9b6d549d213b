package io.mpstream.streamer.session;

import io.mpstream.streamer.encoding.StreamStatus;
import io.mpstream.streamer.limits.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The way of one session's bytes: a client's socket. All methods are called on the session's I/O thread. */
public interface ClientSink {
    /**
     * Whether {@link #write} would take anything; if not, {@link Session#writable} is called when it would. A session asks before it
     * encodes.
     */
    default boolean isReady() {
        return true;
    }

    /**
     * The response begins; called once, before anything is written.
     *
     * @param status where the stream stands
     * @param until    the offset at which the response ends, or {@link Long#MAX_VALUE} when it ends with the stream
     */
    void open(StreamStatus status, long until);

    /**
     * Sends what has been written so far, the response's head above all.
     *
     * @return false if the socket is full; {@link Session#writable} is called when it is not any more
     * @throws IOException if the client is gone
     */
    boolean flush() throws IOException;

    /**
     * Writes as much as the socket takes.
     *
     * @param isLast whether the end is in it; what was left of it is written with the same
     * @return false if some of it is left; {@link Session#writable} is called when the socket takes more
     * @throws IOException if the client is gone
     */
    boolean write(ByteBuffer bytes, boolean isLast) throws IOException;

    /** All has been written: the response is whole. */
    void finish();

    /** Breaks the transfer, so that the client cannot take what it has for the whole. */
    void abort();

    /** Lets go of a client that is gone, or wants no more: nobody need be told. */
    default void gone() {
        abort();
    }

    /** An error instead of a response, nothing of which has been sent. */
    void refuse(RefusedException why);

    /**
     * There was nothing to send in the time that a poll waits; nothing has been sent.
     *
     * @param offset where the client is; text may have come there since
     */
    void nothing(StreamStatus status, long offset);
}
