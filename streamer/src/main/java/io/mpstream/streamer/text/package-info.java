/** The text of streams: in memory while it is wanted, read from the journal again when it is not there. */
package io.mpstream.streamer.text;
