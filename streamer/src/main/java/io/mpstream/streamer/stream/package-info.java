/** Streams: what is known of each, who follows it, and where it is found. */
package io.mpstream.streamer.stream;
