package io.mpstream.protocol;

/** A record of the response journal. Only the producer writes these. */
public sealed interface Frame permits Started, Text, Running, End, Lease {
}
