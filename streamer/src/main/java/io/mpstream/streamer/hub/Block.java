package io.mpstream.streamer.hub;

/**
 * A stretch of a stream's text, linked to the next. The hub appends; sessions read behind it, each holding on to the block
 * that it is in. So text that every reader has passed is held by nobody, and the garbage collector takes it.
 */
final class Block {
    static final int BYTES_MIN = 256;
    static final int BYTES_MAX = 64 * 1024;

    final byte[] utf8;
    /** Bytes filled, always whole characters; written by the hub's thread after the bytes themselves. */
    volatile int length;
    /** Set once this block takes no more. */
    volatile Block next;

    Block(int capacity) {
        utf8 = new byte[capacity];
    }
}
