package io.mpstream.streamer.stream;

import io.mpstream.protocol.StreamId;

/**
 * The time at which a stream that nobody reads is cancelled.
 *
 * @param atNs   on the hub's clock
 * @param stream the stream, by name, so that a deadline holds no text
 */
public record Deadline(long atNs, StreamId stream) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
        int byTime = Long.signum(atNs - other.atNs);
        int byHigh = byTime != 0 ? byTime : Long.compare(stream.high(), other.stream.high());
        return byHigh != 0 ? byHigh : Long.compare(stream.low(), other.stream.low());
    }
}
