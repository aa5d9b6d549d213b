package io.mpstream.client;

import java.time.Duration;

/**
 * Is told what becomes of an answer while {@link Answer#follow} reads it, on the thread that called that. What it throws comes out there, and ends
 * the reading. Each method does nothing unless it is written.
 */
public interface Listener {
    /** Text has come: whole characters, each once and in order. */
    default void text(String piece) {
    }

    /**
     * The query waits for its turn.
     *
     * @param place    its place among those that wait, from 1 on
     * @param estimate how long that is likely to take; null while nothing has been measured
     */
    default void queued(long place, Duration estimate) {
    }

    /** The responder has begun. */
    default void started() {
    }

    /** Nothing has come for so long, but a sign that the server lives. */
    default void silent(Duration silence) {
    }

    /** The connection is lost, and another one will be tried. */
    default void lost(String why) {
    }

    /** A feed goes on with another stream, from its start. */
    default void restarted(String stream) {
    }

    /** Text of a feed has left the server before it was read; the next is what the server has. */
    default void skipped() {
    }

    /** A line as the server sent it, before what it tells is told; none that is about the connection alone. */
    default void line(String json) {
    }
}
