package io.mpstream.protocol;

/**
 * A streamer has readers of this stream now. Said again and again while there is another streamer on the same journals, which must not cancel
 * the answer because it has no readers itself.
 *
 * @param streamer names one run of one streamer
 */
public record Watched(StreamId stream, long streamer) implements Request {
}
