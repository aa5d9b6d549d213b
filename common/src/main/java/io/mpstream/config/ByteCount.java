package io.mpstream.config;

/** A type of its own, so that a number of bytes is read as one. */
record ByteCount(long value) {
}
