package io.mpstream.streamer.text;

/** A reader that waits for text that is in memory no more. Called on the thread that reads it again. */
public interface TextWaiter {
    /** The block that was asked for is in memory, or gone. */
    void loaded();

    /** The times of the block that was asked for are known. */
    void timed(Timeline timeline);
}
